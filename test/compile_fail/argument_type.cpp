// expect: an argument does not convert to the kernel's parameter type
#include "farm/farm.hpp"

int square(int x) { return x * x; }

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.apply(farm::kernel<&square>, short{2});
#else
  return tasks.apply(farm::kernel<&square>, "2");
#endif
}
