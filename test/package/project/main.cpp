#include <farm/farm.hpp>
#include <vector>

double square(double x) { return x * x; }

int drive(farm::Client& client) {
  std::vector<double> xs{1, 2, 3};
  auto ys = client.load_balanced().map(farm::kernel<&square>, xs).get();
  return ys == std::vector<double>{1, 4, 9} ? 0 : 1;
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
