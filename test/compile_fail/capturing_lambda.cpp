// expect: this kernel has state \(a lambda that captures\?\)
#include "farm/farm.hpp"

auto use(const farm::LoadBalancedView& tasks, double factor) {
#ifdef FARM_CONTROL
  return tasks.apply([](double f, double x) { return f * x; }, factor, 2.0);
#else
  return tasks.apply([factor](double x) { return factor * x; }, 2.0);
#endif
}
