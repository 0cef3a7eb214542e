#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace app {

/// The median of a stream of numbers in constant memory: the P-square algorithm (Jain and Chlamtac,
/// Communications of the ACM 28, 1985). Exact for up to five numbers, an estimate from then on.
class StreamingMedian {
 public:
  void add(double value);
  std::uint64_t count() const { return count_; }
  /// None before the first number.
  std::optional<double> value() const;

 private:
  void keep_first(double value);
  double parabolic(std::size_t marker, double step) const;
  double linear(std::size_t marker, double step) const;

  std::uint64_t count_ = 0;
  std::array<double, 5> heights_{};    // of the markers; sorted
  std::array<double, 5> positions_{};  // among the numbers seen, counted from 1
  std::array<double, 5> wanted_{};     // where the markers ought to be
};

}  // namespace app
