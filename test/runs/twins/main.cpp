#include "twins.hpp"

int main(int argc, char** argv) {
  return farm::run(argc, argv, [](farm::Client& client) { return one(client) + two(client); });
}
