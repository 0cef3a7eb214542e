// expect: an argument does not convert to the kernel's parameter type
#include "farm/farm.hpp"

double half(double x) { return x / 2; }

auto use(const farm::DirectView& engines, const farm::AsyncResult<double>& real) {
#ifdef FARM_CONTROL
  return engines.apply(farm::kernel<&half>, real.get());
#else
  return engines.apply(farm::kernel<&half>, real);
#endif
}
