#pragma once
// The farm's side of the two rate questions: one map, its results read and summed.

#include <algorithm>
#include <cstddef>
#include <farm/farm.hpp>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "clock.hpp"
#include "rates.hpp"

namespace bench {

/// Times a map of `kernel`, which adds `step`, over `tasks` doubles, from the call to the last
/// result in the caller's hands. Prints the row; returns the exit status.
template <class View, class Kernel>
int time_map(farm::Client& client, View view, Kernel kernel, const std::string& question,
             std::size_t tasks, int window, double step) {
  const std::vector<double> inputs = ramp(tasks);
  view.map(kernel, ramp(std::min(tasks, warm_up(tasks)))).get();
  const Stopwatch watch;
  const std::vector<double> results = view.map(kernel, inputs).get();
  const double seconds = watch.seconds();
  const double sum = std::accumulate(results.begin(), results.end(), 0.0);
  if (results.size() != tasks || sum != ramp_sum(tasks, step)) {
    std::cerr << question << ": the sum of the results is wrong: " << sum << '\n';
    return 1;
  }
  const int np = static_cast<int>(client.size()) + 1;
  rate_row(question, "farm", np, window, tasks, seconds).print();
  return 0;
}

}  // namespace bench
