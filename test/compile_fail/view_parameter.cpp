// expect: an argument of this kernel cannot travel
#include <string_view>

#include "farm/farm.hpp"

#ifdef FARM_CONTROL
std::size_t length(const std::string& text) { return text.size(); }
#else
std::size_t length(std::string_view text) { return text.size(); }
#endif

auto use(const farm::LoadBalancedView& tasks) {
  return tasks.map(farm::kernel<&length>, std::vector<std::string>{"a", "bc"});
}
