#pragma once
// How busy other processes of this machine are, all their threads together.

#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "clock.hpp"

namespace bench {

/// Seconds on a core that process `pid` had so far. Its CPU clock is the sum of utime and stime in
/// /proc/PID/stat, in nanoseconds and not in ticks.
inline double cpu_seconds(pid_t pid) {
  clockid_t clock;
  timespec time;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    throw std::runtime_error("process " + std::to_string(pid) + " is not on this machine");
  }
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Percent of one core that each process takes, over the next `seconds`, while the caller sleeps.
inline std::vector<double> sample_percent(const std::vector<int>& pids, double seconds) {
  std::vector<double> percent;
  for (int pid : pids) percent.push_back(-cpu_seconds(pid));
  const Stopwatch watch;
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  const double elapsed = watch.seconds();
  for (std::size_t i = 0; i < pids.size(); ++i) {
    percent[i] = 100 * (percent[i] + cpu_seconds(pids[i])) / elapsed;
  }
  return percent;
}

}  // namespace bench
