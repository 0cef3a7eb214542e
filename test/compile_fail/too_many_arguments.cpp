// expect: the kernel is called with too many arguments
#include "farm/farm.hpp"

int square(int x) { return x * x; }

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.apply(farm::kernel<&square>, 2);
#else
  return tasks.apply(farm::kernel<&square>, 2, 3);
#endif
}
