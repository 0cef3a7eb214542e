// expect: an argument does not convert to the kernel's parameter type
#include "farm/farm.hpp"

double half(double x) { return x / 2; }

// The bytes of an int are no double, whatever the language says of their values.
#ifdef FARM_CONTROL
using Number = double;
#else
using Number = int;
#endif

auto use(const farm::LoadBalancedView& tasks, const farm::AsyncResult<Number>& number) {
  return tasks.apply(farm::kernel<&half>, number);
}
