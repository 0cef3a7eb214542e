#include <boost/core/demangle.hpp>
#include <string>
#include <string_view>

#include "farm/detail/kernel_entry.hpp"

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

}  // namespace

std::string readable_name(const KernelEntry& entry) {
  std::string name = boost::core::demangle(entry.function().name());
  erase_all(name, "[abi:cxx11]");
  // farm::Kernel<&(anneal(Run const&))> is what people call anneal.
  constexpr std::string_view wrapper = "farm::Kernel<&";
  if (!name.starts_with(wrapper) || !name.ends_with('>')) return name;
  name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
  if (begin_of_last_group(name, '(', ')') == 0) name = name.substr(1, name.size() - 2);
  name.erase(begin_of_last_group(name, '(', ')'));
  return name.substr(begin_of_name(name));
}

}  // namespace farm::detail
