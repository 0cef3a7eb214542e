#pragma once
// --range NAME=LOW:HIGH[:STEP]: equally spaced decimal numbers, and the ends that samples lie
// between.

#include <cstdint>
#include <string>

#include "farm_app/run/job_source.hpp"

namespace app {

/// Reads "mu=0:10:0.5". Throws UsageError if a part is missing or is no decimal number.
InputSource parse_range(const std::string& text);

/// The numbers low, low + step ... up to high, which is one of them if the steps meet it. They are
/// counted in units of the last decimal place that low and step have, so that 0:1:0.1 has eleven
/// numbers and the fourth is 0.3.
class NumberRange {
 public:
  /// Throws UsageError for a step of nothing or away from `high`, and for more than 18 digits.
  explicit NumberRange(const InputSource& source);

  std::uint64_t size() const { return size_; }

  /// Without an exponent and without zeros at its end; `index` is less than the size.
  std::string at(std::uint64_t index) const;

 private:
  std::int64_t low_ = 0;
  std::int64_t step_ = 1;
  int places_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace app
