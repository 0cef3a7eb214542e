#pragma once
// Run times of tasks as they come up in practice, in ns and in the order of submission.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace imbalance {

inline const std::vector<std::string>& distributions() {
  static const std::vector<std::string> names{"constant", "exponential", "lognormal", "lognormal2",
                                              "mandelbrot"};
  return names;
}

/// Iterations of each row of farm_app's default picture, from every fourth pixel.
inline std::vector<double> mandelbrot_rows() {
  constexpr int width = 1200;
  constexpr int height = 800;
  constexpr int limit = 1000;
  constexpr double spacing = 2.4 / height;
  std::vector<double> rows(height);
  for (int row = 0; row < height / 2; ++row) {  // the lower half mirrors the upper one
    double iterations = 0;
    for (int column = 0; column < width; column += 4) {
      const double x = -0.6 + (column + 0.5 - width / 2.0) * spacing;
      const double y = (height / 2.0 - row - 0.5) * spacing;
      double real = 0;
      double imaginary = 0;
      for (int n = 0; n < limit && real * real + imaginary * imaginary <= 65536;
           ++n, ++iterations) {
        const double next = real * real - imaginary * imaginary + x;
        imaginary = 2 * real * imaginary + y;
        real = next;
      }
    }
    rows[static_cast<std::size_t>(row)] = 4 * iterations;
    rows[static_cast<std::size_t>(height - 1 - row)] = 4 * iterations;
  }
  return rows;
}

/// Run times with the mean `mean_ns`, of one of distributions(); lognormal has sigma 1, lognormal2
/// sigma 2. The rows of the picture repeat if there are more tasks, picture after picture; their
/// times are in proportion to the iterations. The same arguments give the same times.
inline std::vector<double> task_times(const std::string& distribution, std::size_t tasks,
                                      double mean_ns) {
  std::mt19937_64 random(1);
  std::vector<double> times(tasks, mean_ns);
  if (distribution == "exponential") {
    std::exponential_distribution<double> run(1 / mean_ns);
    std::generate(times.begin(), times.end(), [&] { return run(random); });
  } else if (distribution == "lognormal" || distribution == "lognormal2") {
    const double sigma = distribution == "lognormal" ? 1 : 2;
    std::lognormal_distribution<double> run(std::log(mean_ns) - sigma * sigma / 2, sigma);
    std::generate(times.begin(), times.end(), [&] { return run(random); });
  } else if (distribution == "mandelbrot") {
    static const std::vector<double> rows = mandelbrot_rows();
    const double mean =
        std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(rows.size());
    for (std::size_t i = 0; i < tasks; ++i) times[i] = rows[i % rows.size()] / mean * mean_ns;
  }
  return times;
}

/// The makespan of list scheduling without any overhead: whoever is free takes the next task.
inline double list_makespan(const std::vector<double>& times, std::size_t engines) {
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (std::size_t i = 0; i < engines; ++i) free_at.push(0);
  double makespan = 0;
  for (const double time : times) {
    const double end = free_at.top() + time;
    free_at.pop();
    free_at.push(end);
    makespan = std::max(makespan, end);
  }
  return makespan;
}

/// What no schedule can beat: everybody works all the time, and the longest task takes its time.
inline double least_makespan(const std::vector<double>& times, std::size_t engines) {
  const double sum = std::accumulate(times.begin(), times.end(), 0.0);
  return std::max(sum / static_cast<double>(engines),
                  *std::max_element(times.begin(), times.end()));
}

/// List scheduling with the longest tasks first (LPT: Graham, 1969): the best that an order gives.
inline double longest_first_makespan(std::vector<double> times, std::size_t engines) {
  std::sort(times.begin(), times.end(), std::greater<>());
  return list_makespan(times, engines);
}

}  // namespace imbalance
