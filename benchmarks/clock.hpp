#pragma once
// Time as the benchmarks read it: a stopwatch in seconds that never jumps.

#include <chrono>

namespace bench {

class Stopwatch {
 public:
  /// Seconds since construction.
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  /// Microseconds since construction.
  double microseconds() const { return 1e6 * seconds(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace bench
