#include "farm_app/run/quoting.hpp"

#include <algorithm>

namespace app {

namespace {

bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.' || c == '/' || c == '_';
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  if (text.empty()) return "''";
  if (std::all_of(text.begin(), text.end(), needs_no_quotes)) return std::string(text);
  // Pieces between apostrophes stand in single quotes, each apostrophe in double ones. An empty
  // piece needs nothing at the ends; inside, GNU parallel writes it, and joblogs hold the text.
  std::string quoted;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\'', at), text.size());
    const bool outermost = at == 0 || end == text.size();
    if (end > at || !outermost) quoted.append("'").append(text.substr(at, end - at)).append("'");
    if (end < text.size()) quoted += "\"'\"";
    at = end + 1;
  }
  return quoted;
}

}  // namespace app
