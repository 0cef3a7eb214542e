// expect: no matching (member )?function for call to .*imap
#include "farm/farm.hpp"

int square(int x) { return x * x; }

auto use(const farm::LoadBalancedView& tasks, const std::vector<int>& xs) {
#ifdef FARM_CONTROL
  return tasks.imap(farm::kernel<&square>, xs, {.max_outstanding = 2});
#else
  return tasks.imap(farm::kernel<&square>, xs, {.max_outstanding = "2"});
#endif
}
