#include "farm_app/tenacity/report.hpp"

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

constexpr std::size_t label_width = 10;
constexpr std::size_t column = 10;

void print_row(std::ostream& out, const std::string& label, const FateCount& count) {
  out << pad_right(label, label_width) << pad_left(std::to_string(count.tasks), column)
      << pad_left(std::to_string(count.right), column)
      << pad_left(std::to_string(count.attempts), column) << '\n';
}

}  // namespace

FateCount TenacityReport::total() const {
  FateCount sum;
  for (const FateCount& count : fates) {
    sum.tasks += count.tasks;
    sum.right += count.right;
    sum.attempts += count.attempts;
  }
  return sum;
}

void print_report(std::ostream& out, const TenacityReport& report) {
  out << pad_right("", label_width) << pad_left("tasks", column) << pad_left("right", column)
      << pad_left("attempts", column) << '\n';
  for (std::size_t i = 0; i < all_fates.size(); ++i) {
    print_row(out, past_tense(all_fates.at(i)), report.fates.at(i));
  }
  print_row(out, "all", report.total());
  const std::size_t lost = report.engines - report.engines_left;
  out << '\n' << lost << " of " << report.engines << " engines lost";
  if (lost < report.doomed) {
    out << " (the work was done before the moment of " << report.doomed - lost << ')';
  }
  out << "; " << format_seconds(report.seconds) << '\n';
  for (const std::string& failure : report.failures) out << "failed: " << failure << '\n';
  out << (report.all_right() ? "every result is right\n" : "NOT every result is right\n");
}

}  // namespace app
