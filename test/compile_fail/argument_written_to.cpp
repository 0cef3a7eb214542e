// expect: a parameter that is a non-const reference\?
#include "farm/farm.hpp"

#ifdef FARM_CONTROL
int increment(int x) { return x + 1; }
#else
int increment(int& x) { return ++x; }
#endif

auto use(const farm::LoadBalancedView& tasks) { return tasks.apply(farm::kernel<&increment>, 1); }
