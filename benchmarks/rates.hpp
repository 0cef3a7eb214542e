#pragma once
// What the two rate questions have in common on both sides: the inputs, the check, the row.

#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "csv.hpp"

namespace bench {

/// 0, 1, 2 ...: sums of up to 1e8 of them are exact in a double, in any order.
inline std::vector<double> ramp(std::size_t tasks) {
  std::vector<double> values(tasks);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

/// The sum that the results must have if each is its input plus `step`.
inline double ramp_sum(std::size_t tasks, double step) {
  const auto n = static_cast<double>(tasks);
  return n * (n - 1) / 2 + n * step;
}

/// How many tasks a run has if nobody says: some tenths of a second at the floor. With
/// more ranks than cores every task waits for its turn on a core, so there are fewer.
inline std::size_t default_tasks(int np) {
  if (np <= 2) return 2'000'000;
  return np <= 16 ? 500'000 : 200'000;
}

/// How many tasks go through before the clock starts: connections, buffers and caches are warm.
inline std::size_t warm_up(std::size_t tasks) { return tasks / 10 + 1; }

inline Row rate_row(const std::string& question, const std::string& side, int np, int window,
                    std::size_t tasks, double seconds) {
  Row row(question, side, np);
  row.add("window", window).add("tasks", tasks).add("seconds", seconds);
  row.add("rate", static_cast<double>(tasks) / seconds);
  return row;
}

}  // namespace bench
