#include <boost/core/demangle.hpp>
#include <string>
#include <string_view>

#include "farm/detail/kernel_entry.hpp"

namespace farm::detail {

std::string readable_name(const KernelEntry& entry) {
  std::string name = boost::core::demangle(entry.function().name());
  // farm::Kernel<&(anneal(Run const&))> is what people call anneal.
  constexpr std::string_view wrapper = "farm::Kernel<&";
  if (!name.starts_with(wrapper)) return name;
  name.erase(0, wrapper.size());
  name.pop_back();
  if (name.starts_with('(')) name = name.substr(1, name.size() - 2);
  return name.substr(0, name.find('('));
}

}  // namespace farm::detail
