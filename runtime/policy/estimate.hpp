#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace farm::policy {

/// What has been measured of a kernel: the run time of an item, smoothed, and the size of the
/// largest chunk that the measurements justify.
class Estimate {
 public:
  bool known() const { return known_; }
  /// Mean run time of an item in ns.
  double mean() const { return mean_; }
  /// Standard deviation of the run time of an item in ns, and the same over the mean. Judged from
  /// whole chunks: where neighbours are alike, it comes out larger than that of single items.
  double deviation() const { return std::sqrt(variance_); }
  double variation() const { return mean_ > 0 ? deviation() / mean_ : 0; }
  /// Chunks measured; stands still at a large number.
  std::uint32_t measurements() const { return measurements_; }
  /// Mean bytes of an item, in or out, whichever is more.
  double bytes() const { return bytes_in_ > bytes_out_ ? bytes_in_ : bytes_out_; }
  /// No automatic chunk is larger than this. It doubles with each measurement (slow start), because
  /// the first items of a map may not be like the rest.
  std::uint64_t trusted() const { return trusted_; }

  void submitted(double bytes_per_item) { bytes_in_ = bytes_per_item; }
  /// So many items took run_ns together and gave so many bytes.
  void measured(std::uint64_t items, std::int64_t run_ns, std::size_t bytes);

 private:
  // A new measurement counts a quarter: four chunks after a change the estimate has followed.
  static constexpr double weight = 0.25;
  // The variance takes longer to be worth anything.
  static constexpr std::uint32_t memory = 32;
  static constexpr std::uint64_t most_trusted = std::uint64_t{1} << 40;

  bool known_ = false;
  double mean_ = 0;
  double variance_ = 0;
  std::uint32_t measurements_ = 0;
  double bytes_in_ = 0;
  double bytes_out_ = 0;
  std::uint64_t trusted_ = 1;
};

/// Estimates by kernel number.
class Estimates {
 public:
  Estimate& of(std::uint32_t kernel) {
    if (kernel >= estimates_.size()) estimates_.resize(kernel + 1);
    return estimates_[kernel];
  }
  /// Of one that has been asked for before.
  const Estimate& of(std::uint32_t kernel) const { return estimates_[kernel]; }

 private:
  std::vector<Estimate> estimates_;
};

}  // namespace farm::policy
