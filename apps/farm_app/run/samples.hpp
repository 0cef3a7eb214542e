#pragma once
// --sample: points between the ends of ranges.

#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/run/tables.hpp"

namespace app {

/// Points in the box that some ranges span, one column a range. Random ones are independent. A
/// Latin hypercube (McKay, Beckman and Conover 1979) has in each column one value in each of
/// `count` intervals of equal length. Each point is computed when it is asked for, from the seed.
class SampleTable final : public Table {
 public:
  SampleTable(const SampleWish& wish, const std::vector<InputSource>& ranges, std::uint64_t seed);

  std::uint64_t size() const override { return wish_.count; }
  void append(std::uint64_t index, Row& row) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  struct Side {
    double low = 0;
    double high = 0;
  };

  SampleWish wish_;
  std::uint64_t seed_;
  std::vector<Side> sides_;
  std::vector<std::string> names_;
};

}  // namespace app
