#include "farm_app/run/durations.hpp"

#include <array>
#include <charconv>

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

std::string parse_timeout(const std::string& option, const std::string& text) {
  const bool share = !text.empty() && text.back() == '%';
  const double number =
      share ? parse_number(option, text.substr(0, text.size() - 1)) : parse_duration(option, text);
  if (number <= 0) throw UsageError(option + " '" + text + "': expected more than nothing");
  if (share) return text;
  std::array<char, 32> plain{};
  const auto [end, error] = std::to_chars(plain.data(), plain.data() + plain.size(), number);
  return error == std::errc{} ? std::string(plain.data(), end) : std::to_string(number);
}

}  // namespace app
