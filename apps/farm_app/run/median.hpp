#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

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

/// --timeout: nothing, seconds, or a percentage of the median run time so far.
class TimeLimit {
 public:
  /// "10", "1.5", "2m", "1.5h", "1d", "10s"; "200%". Throws UsageError, which names --timeout.
  /// Empty: no limit.
  explicit TimeLimit(const std::string& text);

  /// A command ran for so long and was good: what failed early or was cut short says nothing about
  /// how long the others take.
  void learn(double seconds) { median_.add(seconds); }

  /// The limit of a command that starts now, in seconds; 0: none. A percentage sets no limit before
  /// three commands have been learnt from.
  double seconds() const;

  bool relative() const { return percent_ > 0; }

 private:
  double fixed_ = 0;
  double percent_ = 0;
  StreamingMedian median_;
};

}  // namespace app
