#include <cstdio>
#include <stdexcept>
#include <string>

#include "farm/result_handle.hpp"

namespace farm {

namespace {

constexpr int bar_width = 40;
constexpr Seconds redraw{0.1};

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
  if (!(interval.count() > 0)) {
    throw std::invalid_argument("the interval of wait_interactive must be positive");
  }
  const bool terminal = session().on_terminal();
  const Seconds step = terminal ? redraw : interval;
  bool drawn = false;
  while (!session().await_settled(*batch_, size(), deadline(step))) {
    const std::string text =
        terminal ? bar(progress(), size(), elapsed()) : line(progress(), size(), elapsed());
    std::fputs(text.c_str(), stderr);
    drawn = true;
  }
  if (terminal && !drawn) return;
  const std::string text =
      terminal ? bar(progress(), size(), elapsed()) + "\n" : line(progress(), size(), elapsed());
  std::fputs(text.c_str(), stderr);
}

}  // namespace farm
