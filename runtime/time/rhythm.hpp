#pragma once

#include <algorithm>
#include <cstdint>

namespace farm::time {

/// How long the silences of a thread have been of late, and how best to pass the next one where
/// others want its core. Pure: whoever waits reads the clock.
///
/// To yield finds work at once, but each look takes time from those who work; to sleep costs next
/// to nothing, but finds work late. As long as silences are short by average, yielding pays for
/// itself; once they are longer than that, a thread that yields first pays in vain before every
/// sleep.
class Rhythm {
 public:
  /// A silence of so many ns is over.
  void add(std::int64_t ns) { average_ += (std::min(ns, long_ns) - average_) / weight; }
  /// ns, a moving average.
  std::int64_t average() const { return average_; }

  /// ns of yielding before the first sleep.
  std::int64_t yield() const { return average_ > short_ns ? 0 : yield_ns; }
  /// ns of the next sleep of a silence that has lasted so many: late by a small part of it, or,
  /// where nobody minds, by a large one.
  std::int64_t sleep(std::int64_t silence, bool relaxed = false) const {
    if (silence >= drowsy_ns) return longest_sleep_ns;
    return std::clamp(average_ / (relaxed ? large_part : part), first_sleep_ns, longest_sleep_ns);
  }

 private:
  static constexpr std::int64_t weight = 8;
  static constexpr std::int64_t part = 16;
  static constexpr std::int64_t large_part = 2;
  static constexpr std::int64_t yield_ns = 200'000;
  // A silence with one first sleep is shorter, whatever the system adds to it.
  static constexpr std::int64_t short_ns = 130'000;
  static constexpr std::int64_t first_sleep_ns = 50'000;
  static constexpr std::int64_t longest_sleep_ns = 400'000;
  static constexpr std::int64_t drowsy_ns = 100'000'000;
  // A longer one says no more.
  static constexpr std::int64_t long_ns = 2 * part * longest_sleep_ns;

  std::int64_t average_ = 0;
};

}  // namespace farm::time
