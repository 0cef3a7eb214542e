#pragma once

#include <chrono>
#include <utility>

namespace app::dense {

class Stopwatch {
 public:
  /// Seconds since construction, or since the last call.
  double lap() {
    const auto before = std::exchange(start_, Clock::now());
    return std::chrono::duration<double>(start_ - before).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace app::dense
