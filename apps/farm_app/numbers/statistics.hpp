#pragma once
// What a report says about a sample of times.

#include <vector>

namespace app {

/// A measured value and how many times it counts: the time of one pixel of a tile of 1200 stands
/// for 1200 pixels.
struct Sample {
  double value;
  double weight = 1;
};

struct Summary {
  double minimum;
  double median;
  double mean;
  double p95;
  double maximum;
};

/// Throws std::invalid_argument for an empty sample.
Summary summarise(std::vector<Sample> samples);

/// The smallest value below or at which a share `q` (0..1) of the weight lies (nearest rank).
/// `sorted` ascends and is not empty.
double quantile(const std::vector<Sample>& sorted, double q);

/// Largest over mean: 1 is perfect balance, the number of workers is the worst. 1 if all are zero.
/// Throws std::invalid_argument if there are none.
double imbalance(const std::vector<double>& busy);

/// One class of a histogram: [low, high), the last one with its upper edge.
struct Bin {
  double low;
  double high;
  double share;  ///< of the total weight, 0..1
};

/// A histogram of `count` classes of equal width in the logarithm, from the smallest value to the
/// largest: execution times spread over decades. Values below `floor` (what the clock cannot tell
/// from zero) count as `floor`. Throws std::invalid_argument for an empty sample.
std::vector<Bin> logarithmic_bins(const std::vector<Sample>& samples, int count,
                                  double floor = 1e-9);

}  // namespace app
