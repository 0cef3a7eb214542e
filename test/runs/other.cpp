#include "farm/farm.hpp"

// Another program than program.cpp: one kernel, of another name.

double something_else(double x) { return x; }

int main(int argc, char** argv) {
  return farm::run(argc, argv, [](farm::Client& client) {
    client.load_balanced().apply(farm::kernel<&something_else>, 1.0).get();
    return 0;
  });
}
