#include "farm_app/numbers/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace app {

namespace {

double total_weight(const std::vector<Sample>& samples) {
  if (samples.empty()) throw std::invalid_argument("statistics of an empty sample");
  double total = 0;
  for (const Sample& sample : samples) total += sample.weight;
  return total;
}

bool by_value(const Sample& a, const Sample& b) { return a.value < b.value; }

}  // namespace

Summary summarise(std::vector<Sample> samples) {
  const double total = total_weight(samples);
  std::sort(samples.begin(), samples.end(), by_value);
  double sum = 0;
  for (const Sample& sample : samples) sum += sample.value * sample.weight;
  return {samples.front().value, quantile(samples, 0.5), sum / total, quantile(samples, 0.95),
          samples.back().value};
}

double quantile(const std::vector<Sample>& sorted, double q) {
  const double wanted = q * total_weight(sorted);
  double below = 0;
  for (const Sample& sample : sorted) {
    below += sample.weight;
    if (below >= wanted) return sample.value;
  }
  return sorted.back().value;
}

double imbalance(const std::vector<double>& busy) {
  if (busy.empty()) throw std::invalid_argument("the imbalance of no workers");
  const double sum = std::accumulate(busy.begin(), busy.end(), 0.0);
  if (sum <= 0) return 1;
  const double largest = *std::max_element(busy.begin(), busy.end());
  return largest * static_cast<double>(busy.size()) / sum;
}

std::vector<Bin> logarithmic_bins(const std::vector<Sample>& samples, int count, double floor) {
  const double total = total_weight(samples);
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end(), by_value);
  const double first = std::log(std::max(least->value, floor));
  // Equal values still need classes with a width: spread them over a tenth to either side.
  const double last = std::log(std::max(most->value, floor));
  const double margin = last > first ? 0 : std::log(1.1);
  const double width = (last - first + 2 * margin) / count;

  std::vector<Bin> bins;
  for (int i = 0; i < count; ++i) {
    const double low = first - margin + i * width;
    bins.push_back({std::exp(low), std::exp(low + width), 0});
  }
  for (const Sample& sample : samples) {
    const double place = (std::log(std::max(sample.value, floor)) - first + margin) / width;
    const int bin = std::clamp(static_cast<int>(place), 0, count - 1);
    bins[static_cast<std::size_t>(bin)].share += sample.weight / total;
  }
  return bins;
}

}  // namespace app
