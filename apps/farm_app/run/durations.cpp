#include "farm_app/run/durations.hpp"

#include <array>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app {

double parse_duration(const std::string& option, const std::string& text) {
  const std::string units = "smhd";
  constexpr std::array<double, 4> seconds{1, 60, 3600, 86400};
  const std::size_t unit = text.empty() ? std::string::npos : units.find(text.back());
  const bool plain = unit == std::string::npos;
  const double number = parse_number(option, plain ? text : text.substr(0, text.size() - 1)) *
                        (plain ? 1 : seconds[unit]);
  if (number < 0) throw UsageError(option + " '" + text + "': a time is not negative");
  return number;
}

}  // namespace app
