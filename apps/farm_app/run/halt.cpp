#include "farm_app/run/halt.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

constexpr std::uint64_t most_failed = 101;  // more have no status of their own

[[noreturn]] void refuse(const std::string& text) {
  throw UsageError(
      "--halt: expected never, or WHEN,WHY=N with WHEN now or soon, WHY fail, success "
      "or done, and N a number of commands or a percentage, as in soon,fail=10%; got '" +
      text + "'");
}

// N or N% behind the "=": digits, at least 1, and no share above all.
void read_amount(std::string_view amount, HaltRule& rule, const std::string& text) {
  const bool share = amount.ends_with('%');
  if (share) amount.remove_suffix(1);
  const bool digits = amount.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits || amount.empty() || amount.size() > 18) refuse(text);
  const std::uint64_t number = std::stoull(std::string(amount));
  if (number == 0 || (share && number > 100)) refuse(text);
  share ? void(rule.percent = static_cast<double>(number)) : void(rule.count = number);
}

}  // namespace

HaltRule parse_halt(const std::string& text) {
  using When = HaltRule::When;
  using Why = HaltRule::Why;
  if (text == "never" || text == "0") return {};
  if (text == "1") return {When::soon, Why::fail, 1, 0};
  if (text == "2") return {When::now, Why::fail, 1, 0};
  if (text == "-1") return {When::soon, Why::success, 1, 0};
  if (text == "-2") return {When::now, Why::success, 1, 0};
  HaltRule rule{When::soon, Why::fail, 0, 0};
  if (text.ends_with('%') && text.find('=') == std::string::npos) {
    read_amount(text, rule, text);
    return rule;
  }
  const std::size_t comma = text.find(',');
  const std::size_t equals = text.find('=');
  if (comma == std::string::npos || equals == std::string::npos || equals < comma) refuse(text);
  const std::string when = text.substr(0, comma);
  const std::string why = text.substr(comma + 1, equals - comma - 1);
  if (when != "now" && when != "soon") refuse(text);
  if (why != "fail" && why != "success" && why != "done") refuse(text);
  rule.when = when == "now" ? When::now : When::soon;
  rule.why = why == "fail" ? Why::fail : why == "success" ? Why::success : Why::done;
  read_amount(std::string_view(text).substr(equals + 1), rule, text);
  return rule;
}

HaltDecision Halt::after(const Ending& ending, const RunTotals& totals) {
  return judge(&ending, totals);
}

HaltDecision Halt::look(const RunTotals& totals) { return judge(nullptr, totals); }

HaltDecision Halt::judge(const Ending* last, const RunTotals& totals) {
  if (decision_ != HaltDecision::go_on || !reached(totals)) return decision_;
  decision_ = rule_.when == HaltRule::When::now ? HaltDecision::now : HaltDecision::soon;
  status_ = status_now(last, totals);
  return decision_;
}

bool Halt::reached(const RunTotals& totals) const {
  if (rule_.when == HaltRule::When::never) return false;
  const std::uint64_t count = rule_.why == HaltRule::Why::fail      ? totals.failed
                              : rule_.why == HaltRule::Why::success ? totals.good
                                                                    : totals.done();
  if (rule_.percent == 0) return count >= rule_.count;
  if (!totals.all || count == 0) return false;
  // Those that an earlier run has done are among all, as they are for GNU parallel.
  return 100.0 * static_cast<double>(count) >=
         rule_.percent * static_cast<double>(*totals.all + totals.skipped);
}

int Halt::status_now(const Ending* last, const RunTotals& totals) const {
  if (rule_.why == HaltRule::Why::success) return 0;
  if (rule_.percent > 0) {
    const auto all = static_cast<double>(*totals.all + totals.skipped);
    return static_cast<int>(std::ceil(100.0 * static_cast<double>(totals.failed) / all));
  }
  if (rule_.count == 1 && last != nullptr) return shell_status(*last);
  return static_cast<int>(std::min(totals.failed, most_failed));
}

int exit_status(const RunTotals& totals, const Halt& halt) {
  if (halt.status()) return *halt.status();
  return static_cast<int>(std::min(totals.failed, most_failed));
}

int shell_status(const Ending& ending) {
  if (ending.good()) return 0;
  // GNU parallel has -1 for what it has killed itself, which is 255 as an exit status.
  const bool killed = ending.cause == Cause::timed_out || ending.cause == Cause::out_of_memory ||
                      ending.cause == Cause::stopped;
  if (killed) return 255;
  if (ending.signal != 0) return 128 + ending.signal;
  return ending.status != 0 ? ending.status & 0xff : 255;
}

}  // namespace app
