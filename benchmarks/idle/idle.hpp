#pragma once
// What the idle question has in common on both sides: rest, sample, wake, print.

#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "cpu_time.hpp"
#include "csv.hpp"
#include "options.hpp"
#include "statistics.hpp"

namespace bench {

struct Idle {
  double rest = 1.5;
  double seconds = 3;
  int wakes = 9;

  void declare(Options& options) {
    options.add("rest", rest, "seconds without work before the sample");
    options.add("seconds", seconds, "length of the sample");
    options.add("wakes", wakes, "number of tasks timed after it, each after a pause of 0.3 s");
  }

  /// Samples the processes `pids` of the engines, and rank 0 itself, then times `task()`, an empty
  /// task out of the quiet. Prints the row: percents of one core, and the median time in us.
  template <class Task>
  void measure(const std::string& side, std::vector<int> pids, Task task) const {
    using std::chrono::duration;
    std::this_thread::sleep_for(duration<double>(rest));
    const int np = static_cast<int>(pids.size()) + 1;
    pids.push_back(getpid());
    std::vector<double> percent = sample_percent(pids, seconds);
    const double hub = percent.back();
    percent.pop_back();
    std::vector<double> answers;
    for (int wake = 0; wake < wakes; ++wake) {
      std::this_thread::sleep_for(duration<double>(0.3));
      const Stopwatch watch;
      task();
      answers.push_back(watch.microseconds());
    }
    Row row("idle", side, np);
    row.add("engines", np - 1).add("percent", mean(percent)).add("max_percent", largest(percent));
    row.add("hub_percent", hub);
    row.add("wake_us", median(answers)).add("max_wake_us", largest(answers)).print();
  }
};

}  // namespace bench
