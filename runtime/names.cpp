#include <boost/core/demangle.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "farm/detail/kernel_entry.hpp"
#include "farm/store.hpp"

namespace farm::detail {

namespace {

void erase_all(std::string& text, std::string_view part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    text.erase(at, part.size());
  }
}

// Where the bracket group that ends the text begins; the text's size if none ends it.
std::size_t begin_of_last_group(std::string_view text, char open, char close) {
  if (!text.ends_with(close)) return text.size();
  int depth = 0;
  for (std::size_t at = text.size(); at-- > 0;) {
    if (text[at] == close) ++depth;
    if (text[at] == open && --depth == 0) return at;
  }
  return text.size();
}

// Behind the last space that stands in no brackets: the demangler puts the return type of a
// template before its name.
std::size_t begin_of_name(std::string_view text) {
  if (text.find("operator") != std::string_view::npos) return 0;
  int depth = 0;
  for (std::size_t at = text.size(); at-- > 0;) {
    if (text[at] == '>' || text[at] == ')') ++depth;
    if (text[at] == '<' || text[at] == '(') --depth;
    if (text[at] == ' ' && depth == 0) return at + 1;
  }
  return 0;
}

// Allocators and the like, which nobody has written.
void erase_defaults(std::string& text) {
  for (const std::string_view extra :
       {", std::allocator<", ", std::char_traits<", ", std::less<", ", std::hash<",
        ", std::equal_to<", ", std::default_delete<"}) {
    for (std::size_t at = text.find(extra); at != std::string::npos; at = text.find(extra, at)) {
      std::size_t end = at + extra.size();
      for (int depth = 1; depth > 0 && end < text.size(); ++end) {
        depth += text[end] == '<' ? 1 : text[end] == '>' ? -1 : 0;
      }
      text.erase(at, end - at);
    }
  }
}

// What the library's own kernels and collective calls are called where they are written.
std::string_view own_name(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"farm::direct::Push", "push"},
      {"farm::direct::Pull", "pull"},
      {"farm::direct::Scatter", "scatter"},
      {"farm::direct::Gather", "gather"},
      {"farm::detail::MapReduceKernel", "map_reduce"},
      {"farm::detail::ReduceStored", "reduce"},
      {"farm::detail::AllReduceStored", "all_reduce"},
      {"farm::detail::ScanStored", "scan"},
      {"farm::detail::ExchangeStored", "exchange"},
      {"farm::detail::SendStored", "send"},
      {"farm::detail::ClearNames", "clear"},
      {"farm::detail::ClearStore", "clear"},
      {"farm::detail::ListNames", "names"},
      {"farm::detail::CallStored", "a stored callable"},
  };
  for (const auto& [type, own] : names) {
    if (name.substr(0, name.find('<')) == type) return own;
  }
  return name;
}

}  // namespace

std::string readable_type(const std::type_info& type) {
  std::string text = boost::core::demangle(type.name());
  erase_all(text, "__cxx11::");
  erase_defaults(text);
  for (std::size_t at = text.find(" >"); at != std::string::npos; at = text.find(" >")) {
    text.erase(at, 1);
  }
  constexpr std::string_view string = "std::basic_string<char>";
  for (std::size_t at = text.find(string); at != std::string::npos; at = text.find(string)) {
    text.replace(at, string.size(), "std::string");
  }
  return text;
}

std::string readable_name(const KernelEntry& entry) { return readable_function(entry.function()); }

std::string readable_function(const std::type_info& function) {
  std::string name = boost::core::demangle(function.name());
  erase_all(name, "[abi:cxx11]");
  if (name.starts_with("farm::d")) return std::string(own_name(name));
  // farm::Kernel<&(anneal(Run const&))> is what people call anneal.
  constexpr std::string_view wrapper = "farm::Kernel<&";
  if (!name.starts_with(wrapper) || !name.ends_with('>')) return name;
  name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
  if (begin_of_last_group(name, '(', ')') == 0) name = name.substr(1, name.size() - 2);
  name.erase(begin_of_last_group(name, '(', ')'));
  return name.substr(begin_of_name(name));
}

}  // namespace farm::detail
