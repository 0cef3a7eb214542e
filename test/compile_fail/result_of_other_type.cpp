// expect: an argument does not convert to the kernel's parameter type
#include "farm/farm.hpp"

double half(double x) { return x / 2; }

auto use(const farm::LoadBalancedView& tasks, const farm::AsyncResult<double>& real,
         const farm::AsyncResult<int>& whole) {
#ifdef FARM_CONTROL
  return whole.ready() ? tasks.apply(farm::kernel<&half>, 1)
                       : tasks.apply(farm::kernel<&half>, real);
#else
  return real.ready() ? tasks.apply(farm::kernel<&half>, 1)
                      : tasks.apply(farm::kernel<&half>, whole);
#endif
}
