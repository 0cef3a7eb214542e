// expect: the kernel's result cannot travel
#include "farm/farm.hpp"

struct Mesh {
  std::vector<double> points;
};
#ifdef FARM_CONTROL
std::vector<double> build(int n) { return std::vector<double>(static_cast<std::size_t>(n)); }
#else
Mesh build(int n) { return {std::vector<double>(static_cast<std::size_t>(n))}; }
#endif

auto use(const farm::LoadBalancedView& tasks) {
  return tasks.map(farm::kernel<&build>, std::vector{1, 2});
}
