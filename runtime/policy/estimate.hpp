#pragma once

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
  static constexpr std::uint64_t most_trusted = std::uint64_t{1} << 40;

  bool known_ = false;
  double mean_ = 0;
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

 private:
  std::vector<Estimate> estimates_;
};

}  // namespace farm::policy
