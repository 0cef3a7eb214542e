// expect: this kernel returns nothing that could be kept
#include "farm/farm.hpp"

void nothing(int) {}
int something(int x) { return x; }

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.apply_kept(farm::kernel<&something>, 1);
#else
  return tasks.apply_kept(farm::kernel<&nothing>, 1);
#endif
}
