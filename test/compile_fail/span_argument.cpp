// expect: an argument of this kernel cannot travel
#include <span>

#include "farm/farm.hpp"

auto use(const farm::LoadBalancedView& tasks, std::vector<int> values) {
  const auto size = [](const auto& some) { return some.size(); };
#ifdef FARM_CONTROL
  return tasks.apply(size, values);
#else
  return tasks.apply(size, std::span<int>(values));
#endif
}
