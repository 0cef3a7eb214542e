#include "time/clock.hpp"

#include <chrono>
#include <thread>

namespace farm::time {

Clock::Clock()
    : civil_offset_(std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count() -
                    now()) {}

std::int64_t Clock::now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Time Clock::civil(std::int64_t at) const {
  return Time(std::chrono::nanoseconds(at + civil_offset_));
}

void Idle::pause() {
  // The clock is not read in the first rounds: most silences are shorter than that.
  if (++rounds_ < 16 && spin_) return;
  const std::int64_t now = Clock::now();
  if (since_ == 0 || rounds_ <= 16) since_ = now;
  const std::int64_t silence = now - since_;
  if (spin_ && silence < spin_ns) return;
  if (silence < yield_ns) {
    std::this_thread::yield();
  } else {
    sleep_ns(silence < drowsy_ns ? first_sleep_ns : longest_sleep_ns);
  }
}

void sleep_ns(std::int64_t ns) { std::this_thread::sleep_for(std::chrono::nanoseconds(ns)); }

}  // namespace farm::time
