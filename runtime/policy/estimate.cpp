#include "policy/estimate.hpp"

#include <algorithm>

namespace farm::policy {

void Estimate::measured(std::uint64_t items, std::int64_t run_ns, std::size_t bytes) {
  if (items == 0) return;
  double each = static_cast<double>(std::max<std::int64_t>(run_ns, 0));
  auto bytes_per_item = static_cast<double>(bytes);
  if (items > 1) {
    each /= static_cast<double>(items);
    bytes_per_item /= static_cast<double>(items);
  }
  if (known_) {
    // The mean of n items varies n times less than an item.
    const double off = each - mean_;
    const double square = off * off * static_cast<double>(items);
    variance_ += (square - variance_) / static_cast<double>(measurements_);
    mean_ += weight * (each - mean_);
    bytes_out_ += weight * (bytes_per_item - bytes_out_);
  } else {
    mean_ = each;
    bytes_out_ = bytes_per_item;
    known_ = true;
  }
  if (measurements_ < memory) ++measurements_;
  // Only a chunk of the trusted size says something about larger ones.
  if (items >= trusted_ && trusted_ < most_trusted) trusted_ *= 2;
}

}  // namespace farm::policy
