// expect: convert .* to .*farm::With|designator .chunks.
#include "farm/farm.hpp"

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.with({.chunk = 10});
#else
  return tasks.with({.chunks = 10});
#endif
}
