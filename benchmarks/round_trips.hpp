#pragma once
// What the latency question has in common on both sides: the loop, its options and its row.

#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"
#include "statistics.hpp"

namespace bench {

struct RoundTrips {
  std::size_t tasks = 20'000;
  std::string way = "one";

  void declare(Options& options) {
    options.add("tasks", tasks, "number of round trips, each after the answer to the last");
    options.add("case", way, "one: a task to one engine; direct: the same task to all of them");
  }

  bool direct() const { return way == "direct"; }

  /// Whether the options make sense; if not, one rank `speaks`.
  bool sensible(bool speaks = true) const {
    if (tasks > 0 && (way == "one" || direct())) return true;
    if (speaks) std::cerr << "latency: needs at least one task; --case is one or direct\n";
    return false;
  }

  /// Calls `trip(x)` for x = 0, 1, 2 ..., which must answer x + 1, and prints the times of all but
  /// the first tenth. Returns the exit status.
  template <class Trip>
  int time(const std::string& side, int np, Trip trip) const {
    const std::size_t cold = tasks / 10;
    std::vector<double> times;
    times.reserve(tasks);
    for (std::size_t i = 0; i < tasks + cold; ++i) {
      const auto x = static_cast<double>(i);
      const Stopwatch watch;
      const double answer = trip(x);
      if (i >= cold) times.push_back(watch.microseconds());
      if (answer != x + 1) {
        std::cerr << "latency: the answer to " << x << " is wrong: " << answer << '\n';
        return 1;
      }
    }
    Row row("latency", side, np);
    row.add("case", way).add("tasks", tasks);
    row.add("median_us", median(times)).add("mean_us", mean(times)).print();
    return 0;
  }
};

}  // namespace bench
