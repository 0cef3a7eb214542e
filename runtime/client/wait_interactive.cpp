#include <cstdio>
#include <stdexcept>
#include <string>

#include "farm/result_handle.hpp"

namespace farm {

namespace {

constexpr int bar_width = 40;
constexpr Seconds redraw{0.1};

std::string seconds(Seconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", time.count());
  return text;
}

std::string count_of(const ResultHandle& handle) {
  return std::to_string(handle.progress()) + "/" + std::to_string(handle.size()) + " tasks";
}

// What running tasks say of their progress, if they say anything.
std::string said_of(const ResultHandle& handle, double fraction) {
  const auto of = static_cast<double>(handle.size());
  if (!(fraction * of > static_cast<double>(handle.progress()))) return "";
  const std::string text = handle.size() == 1 ? handle.task_progress().text : "";
  return ", " + std::to_string(static_cast<int>(fraction * 100)) + " %" +
         (text.empty() ? "" : " (" + text + ")");
}

std::string left_of(const ResultHandle& handle) {
  const std::optional<Seconds> left = handle.time_left();
  return left && left->count() > 0 ? ", about " + seconds(*left) + " left" : "";
}

std::string bar(const ResultHandle& handle) {
  const double fraction = handle.fraction();
  const auto filled = static_cast<std::size_t>(fraction * bar_width);
  return "\r[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] " +
         count_of(handle) + said_of(handle, fraction) + ", " + seconds(handle.elapsed()) +
         left_of(handle) + "\033[K";
}

std::string line(const ResultHandle& handle) {
  return count_of(handle) + said_of(handle, handle.fraction()) + " after " +
         seconds(handle.elapsed()) + left_of(handle) + "\n";
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
    std::fputs((terminal ? bar(*this) : line(*this)).c_str(), stderr);
    drawn = true;
  }
  if (terminal && !drawn) return;
  std::fputs((terminal ? bar(*this) + "\n" : line(*this)).c_str(), stderr);
}

}  // namespace farm
