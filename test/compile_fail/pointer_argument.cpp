// expect: an argument of this kernel cannot travel
#include "farm/farm.hpp"

#ifdef FARM_CONTROL
double first(const std::vector<double>& values) { return values.front(); }
#else
double first(const double* values) { return *values; }
#endif

auto use(const farm::LoadBalancedView& tasks, const std::vector<double>& values) {
#ifdef FARM_CONTROL
  return tasks.apply(farm::kernel<&first>, values);
#else
  return tasks.apply(farm::kernel<&first>, values.data());
#endif
}
