#include "farm_app/run/median.hpp"

#include <algorithm>

namespace app {

// Five markers: the least, the quarter, the median, three quarters and the largest of the numbers
// seen. Each new number moves the markers above it by one place; a marker that is a place or more
// away from where it ought to be moves by one, and its height along a parabola through its
// neighbours.
void StreamingMedian::add(double value) {
  if (count_ < 5) {
    keep_first(value);
    return;
  }
  ++count_;
  std::size_t cell = 0;
  if (value < heights_[0]) {
    heights_[0] = value;
  } else if (value >= heights_[4]) {
    heights_[4] = value;
    cell = 3;
  } else {
    while (value >= heights_[cell + 1]) ++cell;
  }
  for (std::size_t i = cell + 1; i < 5; ++i) positions_[i] += 1;
  for (std::size_t i = 0; i < 5; ++i) wanted_[i] += 0.25 * static_cast<double>(i);
  for (std::size_t i = 1; i < 4; ++i) {
    const double away = wanted_[i] - positions_[i];
    const bool up = away >= 1 && positions_[i + 1] - positions_[i] > 1;
    const bool down = away <= -1 && positions_[i - 1] - positions_[i] < -1;
    if (!up && !down) continue;
    const double step = up ? 1 : -1;
    const double height = parabolic(i, step);
    const bool sorted = heights_[i - 1] < height && height < heights_[i + 1];
    heights_[i] = sorted ? height : linear(i, step);
    positions_[i] += step;
  }
}

std::optional<double> StreamingMedian::value() const {
  if (count_ == 0) return std::nullopt;
  if (count_ >= 5) return heights_[2];
  return count_ % 2 == 1 ? heights_[count_ / 2]
                         : (heights_[count_ / 2 - 1] + heights_[count_ / 2]) / 2;
}

void StreamingMedian::keep_first(double value) {
  heights_[count_++] = value;
  std::sort(heights_.begin(), heights_.begin() + static_cast<std::ptrdiff_t>(count_));
  if (count_ == 5) {
    positions_ = {1, 2, 3, 4, 5};
    wanted_ = positions_;
  }
}

double StreamingMedian::parabolic(std::size_t marker, double step) const {
  const double below = positions_[marker] - positions_[marker - 1];
  const double above = positions_[marker + 1] - positions_[marker];
  return heights_[marker] +
         step / (below + above) *
             ((below + step) * (heights_[marker + 1] - heights_[marker]) / above +
              (above - step) * (heights_[marker] - heights_[marker - 1]) / below);
}

double StreamingMedian::linear(std::size_t marker, double step) const {
  const std::size_t next = step > 0 ? marker + 1 : marker - 1;
  return heights_[marker] +
         step * (heights_[next] - heights_[marker]) / (positions_[next] - positions_[marker]);
}

}  // namespace app
