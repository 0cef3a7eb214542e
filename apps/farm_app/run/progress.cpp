#include "farm_app/run/progress.hpp"

#include <algorithm>
#include <cmath>

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

constexpr double between_on_terminal = 0.1;  // seconds
constexpr double between_in_log = 10;

std::string two_digits(long long number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string percent(const RunTotals& totals) {
  if (!totals.all || *totals.all == 0) return "  ? %";
  const double share = static_cast<double>(totals.done()) / static_cast<double>(*totals.all);
  return pad_left(std::to_string(static_cast<int>(std::floor(100 * share))), 3) + " %";
}

std::string bar(const RunTotals& totals, std::size_t width) {
  const double all = static_cast<double>(totals.all.value_or(0));
  const double share = all > 0 ? std::min(1.0, static_cast<double>(totals.done()) / all) : 0;
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  return '[' + std::string(full, '#') + std::string(width - full, '.') + ']';
}

}  // namespace

double time_left(const RunTotals& totals, double elapsed) {
  if (!totals.all || totals.done() == 0) return -1;
  const auto left = static_cast<double>(*totals.all - std::min(*totals.all, totals.done()));
  return elapsed * left / static_cast<double>(totals.done());
}

std::string clock_text(double seconds) {
  const long long all = std::llround(std::max(0.0, seconds));
  const long long minutes = all / 60;
  const long long hours = minutes / 60;
  if (all < 60) return std::to_string(all) + " s";
  if (hours == 0) return std::to_string(minutes) + ':' + two_digits(all % 60);
  if (hours < 48) {
    return std::to_string(hours) + ':' + two_digits(minutes % 60) + ':' + two_digits(all % 60);
  }
  return std::to_string(hours / 24) + " d " + two_digits(hours % 24) + ':' +
         two_digits(minutes % 60);
}

std::string Progress::text(const RunTotals& totals, std::uint64_t running, double now) {
  if (!wanted()) return {};
  if (begin_ < 0) begin_ = last_time_ = now;
  const bool first = options_.terminal && !shown_;
  const double between = options_.terminal ? between_on_terminal : between_in_log;
  if (!first && now - last_time_ < between) return {};
  if (!options_.terminal && totals.done() == last_done_) return {};
  last_time_ = now;
  last_done_ = totals.done();
  return framed(line(totals, running, now));
}

std::string Progress::last(const RunTotals& totals, double now) {
  if (!wanted()) return {};
  const std::string text = framed(line(totals, 0, now));
  shown_ = false;
  return options_.terminal ? text + '\n' : text;
}

std::string Progress::clear() {
  if (!shown_) return {};
  shown_ = false;
  return "\r\x1b[K";
}

std::string Progress::line(const RunTotals& totals, std::uint64_t running, double now) const {
  const std::string all = totals.all ? std::to_string(*totals.all) : "?";
  std::string text = std::to_string(totals.done()) + " of " + all + " commands";
  if (totals.failed > 0) text += ", " + std::to_string(totals.failed) + " failed";
  if (options_.progress) text += ", " + std::to_string(running) + " running";
  if (options_.eta || options_.bar) {
    const double left = time_left(totals, begin_ < 0 ? 0 : now - begin_);
    text += left < 0 ? "" : ", " + clock_text(left) + " left";
  }
  if (!options_.bar) return text;
  constexpr int least = 10;
  const int room = options_.width - static_cast<int>(text.size()) - 10;  // brackets, percentage
  if (room < least) return percent(totals) + ' ' + text;
  return bar(totals, static_cast<std::size_t>(std::min(room, 40))) + ' ' + percent(totals) + ' ' +
         text;
}

std::string Progress::framed(const std::string& line) {
  if (!options_.terminal) return line + '\n';
  shown_ = true;
  // A line that wraps would not be written over.
  const auto width = static_cast<std::size_t>(std::max(1, options_.width - 1));
  return "\r\x1b[K" + line.substr(0, width);
}

}  // namespace app
