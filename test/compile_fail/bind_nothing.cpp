// expect: bind needs at least one common argument
#include "farm/farm.hpp"

int square(int x) { return x * x; }

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.apply(farm::bind(farm::kernel<&square>, 2));
#else
  return tasks.apply(farm::bind(farm::kernel<&square>), 2);
#endif
}
