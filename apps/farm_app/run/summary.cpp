#include "farm_app/run/summary.hpp"

#include <algorithm>

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

void append(std::string& line, std::uint64_t count, const char* what) {
  if (count == 0) return;
  line += (line.ends_with(':') ? " " : ", ") + std::to_string(count) + ' ' + what;
}

}  // namespace

std::string summary(const RunTotals& totals, int engines, double wall) {
  const std::uint64_t all = std::max(totals.done(), totals.all.value_or(0)) + totals.skipped;
  std::string line = counted(all, "command") + ':';
  append(line, totals.good, "done");
  append(line, totals.failed, "failed");
  append(line, totals.skipped, "skipped");
  append(line, all - totals.skipped - totals.done(), "not run");
  append(line, totals.retried, "retried");
  if (line.ends_with(':')) line.pop_back();
  line += "; " + format_seconds(wall) + " on " +
          counted(static_cast<std::uint64_t>(std::max(engines, 0)), "engine");
  if (wall > 0 && engines > 0 && totals.done() > 0) {
    line += ", efficiency " + format_number(100 * totals.busy / (engines * wall), 2) + " %";
  }
  return line + '\n';
}

}  // namespace app
