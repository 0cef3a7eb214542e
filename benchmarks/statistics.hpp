#pragma once
// The few numbers that a benchmark says about a sample. None of them takes an empty one.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace bench {

inline double mean(const std::vector<double>& sample) {
  return std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
}

/// The middle value; the mean of the two middle ones where their number is even.
inline double median(std::vector<double> sample) {
  std::sort(sample.begin(), sample.end());
  const std::size_t half = sample.size() / 2;
  return sample.size() % 2 == 1 ? sample[half] : (sample[half - 1] + sample[half]) / 2;
}

inline double largest(const std::vector<double>& sample) {
  return *std::max_element(sample.begin(), sample.end());
}

}  // namespace bench
