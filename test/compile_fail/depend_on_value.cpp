// expect: no match|no matching|cannot convert|could not convert|no known conversion
#include "farm/farm.hpp"

auto use(const farm::LoadBalancedView& tasks, const farm::AsyncResult<double>& real) {
#ifdef FARM_CONTROL
  return tasks.with({.after = real});
#else
  return tasks.with({.after = real.get()});
#endif
}
