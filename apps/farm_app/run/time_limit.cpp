#include "farm_app/run/time_limit.hpp"

#include <cmath>
#include <cstdlib>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

constexpr std::uint64_t enough_runs = 3;  // as for GNU parallel

// 0: not a unit of time.
double seconds_in(const std::string& unit) {
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  return unit == "d" ? 86400 : 0;
}

}  // namespace

TimeLimit::TimeLimit(const std::string& text) {
  if (text.empty()) return;
  // Hexadecimal numbers, infinity and signs are strtod's but not ours.
  const std::size_t end = text.find_first_not_of("0123456789.");
  const std::string digits = text.substr(0, end);
  char* rest = nullptr;
  const double number = std::strtod(digits.c_str(), &rest);
  const std::string unit = end == std::string::npos ? "" : text.substr(end);
  const bool read = rest != digits.c_str() && *rest == '\0' && std::isfinite(number) && number > 0;
  if (!read || (unit != "%" && seconds_in(unit) == 0)) {
    throw UsageError(
        "--timeout: expected seconds, a number with s, m, h or d, or a percentage of "
        "the median run time such as 200%; got '" +
        text + "'");
  }
  (unit == "%" ? percent_ : fixed_) = unit == "%" ? number : number * seconds_in(unit);
}

double TimeLimit::seconds() const {
  if (percent_ == 0) return fixed_;
  if (median_.count() < enough_runs) return 0;
  return *median_.value() * percent_ / 100;
}

}  // namespace app
