#pragma once
// What both sides of the question metg share: the kernel, the definition and the search.
//
// METG(50 %): the smallest mean run time of a task at which half of the engine's time is work
// (Slaughter et al., Task Bench, SC20). With one engine that is: tasks x run time / wall time.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"

namespace bench {

/// Work without clock and memory: each step waits for the one before. Such short tasks cannot be
/// timed one by one.
inline double spin(std::uint32_t steps) {
  std::uint64_t x = steps;
  for (std::uint32_t i = 0; i < steps; ++i) x = x * 6364136223846793005U + 1442695040888963407U;
  return static_cast<double>(x >> 11);
}

/// Nanoseconds of a step, where this runs: the best of some tries, free of interruptions.
inline double measure_step() {
  // Volatile, or the compiler would compute once what it can foresee, and outside the watch.
  volatile std::uint32_t steps = 2'000'000;
  volatile double result = 0;
  double best = 1e300;
  for (int i = 0; i < 5; ++i) {
    const Stopwatch watch;
    result = spin(steps);
    best = std::min(best, 1e9 * watch.seconds() / steps);
  }
  return result >= 0 ? best : 0;
}

class Metg {
 public:
  std::string chunk = "auto";
  std::string window = "auto";
  double work_ms = 50;
  int tries = 5;

  void declare(Options& options) {
    options.add("chunk", chunk, "tasks in one message (the floor always sends one)");
    options.add("window", window,
                "messages on the way to each engine (hwm); auto: 16 on the floor");
    options.add("work-ms", work_ms, "work of one measurement");
    options.add("tries", tries, "measurements of a run time, of which the median counts");
  }

  /// Searches with `wall(steps, tasks)`, the seconds that so many tasks of so many steps take, and
  /// prints the row.
  template <class Wall>
  void search(const std::string& side, int np, double step_ns, Wall wall) const {
    double low = 1;  // run times in ns: too short, and long enough
    double high = 1e6;
    double reached = 0;
    wall(steps_of(100, step_ns), tasks_of(100));
    while (high / low > 1.05) {
      const double mean = std::sqrt(low * high);
      const double efficiency = median(mean, step_ns, wall);
      (efficiency >= 0.5 ? high : low) = mean;
      if (efficiency >= 0.5) reached = efficiency;
    }
    Row row("metg", side, np);
    row.add("chunk", chunk).add("window", window).add("step_ns", step_ns);
    row.add("efficiency", reached).add("us", high / 1000).print();
  }

 private:
  // Below two steps a task is shorter than the search wants it: then it is as long as it is.
  static std::uint32_t steps_of(double mean_ns, double step_ns) {
    return std::max(1U, static_cast<std::uint32_t>(mean_ns / step_ns + 0.5));
  }
  std::size_t tasks_of(double mean_ns) const {
    // Of the shortest ones there is not as much work, or they would take minutes.
    return static_cast<std::size_t>(std::clamp(work_ms * 1e6 / mean_ns, 100.0, 2e6));
  }

  template <class Wall>
  double median(double mean_ns, double step_ns, Wall wall) const {
    const std::uint32_t steps = steps_of(mean_ns, step_ns);
    const std::size_t tasks = tasks_of(mean_ns);
    const double busy = 1e-9 * static_cast<double>(tasks) * steps * step_ns;
    std::vector<double> efficiencies;
    for (int i = 0; i < std::max(tries, 1); ++i) efficiencies.push_back(busy / wall(steps, tasks));
    std::ranges::nth_element(efficiencies, efficiencies.begin() + efficiencies.size() / 2);
    return efficiencies[efficiencies.size() / 2];
  }
};

}  // namespace bench
