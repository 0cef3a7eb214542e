// expect: the kernel cannot be called with these arguments \(too few\?
#include "farm/farm.hpp"

int add(int a, int b) { return a + b; }

auto use(const farm::LoadBalancedView& tasks, const std::vector<int>& xs) {
#ifdef FARM_CONTROL
  return tasks.map(farm::kernel<&add>, xs, xs);
#else
  return tasks.map(farm::kernel<&add>, xs);
#endif
}
