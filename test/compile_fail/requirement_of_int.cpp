// expect: a requirement is a kernel that returns bool
#include "farm/farm.hpp"

int gpus(farm::Engine&) { return 1; }
bool has_gpu(farm::Engine&) { return true; }

auto use(const farm::LoadBalancedView& tasks) {
#ifdef FARM_CONTROL
  return tasks.requiring(farm::kernel<&has_gpu>);
#else
  return tasks.requiring(farm::kernel<&gpus>);
#endif
}
