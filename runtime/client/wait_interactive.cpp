#include <cstdio>
#include <string>

#include "client/terminal.hpp"
#include "farm/result_handle.hpp"

namespace farm {

namespace {

constexpr int bar_width = 40;
constexpr std::int64_t redraw_ns = 100'000'000;

std::string bar(std::size_t done, std::size_t of, Seconds elapsed) {
  const std::size_t filled = of == 0 ? bar_width : done * bar_width / of;
  std::string text = "\r[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] ";
  text += std::to_string(done) + "/" + std::to_string(of) + " tasks";
  char time[32];
  std::snprintf(time, sizeof time, ", %.1f s", elapsed.count());
  return text + time;
}

std::string line(std::size_t done, std::size_t of, Seconds elapsed) {
  char time[32];
  std::snprintf(time, sizeof time, "%.1f s", elapsed.count());
  return std::to_string(done) + "/" + std::to_string(of) + " tasks after " + time + "\n";
}

}  // namespace

void ResultHandle::wait_interactive(Seconds interval) const {
  const bool terminal = client::stderr_is_terminal();
  const std::int64_t step =
      terminal ? redraw_ns : static_cast<std::int64_t>(interval.count() * 1e9);
  bool drawn = false;
  while (!session().await_settled(*batch_, size(), session().now() + step)) {
    const std::string text = terminal ? bar(progress(), size(), elapsed())
                                      : line(progress(), size(), elapsed());
    std::fputs(text.c_str(), stderr);
    drawn = true;
  }
  if (terminal && !drawn) return;
  const std::string text = terminal ? bar(progress(), size(), elapsed()) + "\n"
                                    : line(progress(), size(), elapsed());
  std::fputs(text.c_str(), stderr);
}

}  // namespace farm
