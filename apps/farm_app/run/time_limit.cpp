#include "farm_app/run/time_limit.hpp"

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"
#include "farm_app/run/durations.hpp"

namespace app {

namespace {

constexpr std::uint64_t enough_runs = 3;  // as for GNU parallel
constexpr const char* option = "--timeout";

}  // namespace

TimeLimit::TimeLimit(const std::string& text) {
  if (text.empty()) return;
  if (text.ends_with('%')) {
    percent_ = parse_number(option, text.substr(0, text.size() - 1));
  } else {
    fixed_ = parse_duration(option, text);
  }
  if (percent_ > 0 || fixed_ > 0) return;
  throw UsageError(std::string(option) + " '" + text + "': expected more than nothing");
}

double TimeLimit::seconds() const {
  if (percent_ == 0) return fixed_;
  if (median_.count() < enough_runs) return 0;
  return *median_.value() * percent_ / 100;
}

}  // namespace app
