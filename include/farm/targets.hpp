#pragma once

#include <optional>
#include <vector>

#include "farm/types.hpp"

namespace farm {

/// Some engines by their positions among the client's ids, as a slice of a Python list: from
/// `begin`, up to but without `end`, every `step`-th. Negative positions count from the end, what
/// is not set is the end that the step comes from or goes to. A negative step goes backwards.
class Slice {
 public:
  constexpr std::optional<int> begin() const { return begin_; }
  constexpr std::optional<int> end() const { return end_; }
  constexpr int step() const { return step_; }

  friend constexpr Slice slice(std::optional<int> begin, std::optional<int> end, int step);
  friend constexpr Slice every(int step);

 private:
  // So that {1, 3} is always a list of ids.
  constexpr Slice(std::optional<int> begin, std::optional<int> end, int step)
      : begin_(begin), end_(end), step_(step) {}

  std::optional<int> begin_;
  std::optional<int> end_;
  int step_;
};

/// Python's [begin:end:step].
constexpr Slice slice(std::optional<int> begin, std::optional<int> end, int step = 1) {
  return {begin, end, step};
}
/// Every step-th engine, backwards from the last if step is negative: [::step].
constexpr Slice every(int step) { return {std::nullopt, std::nullopt, step}; }

/// The ids that the slice selects, in its order; none if it is empty. Throws std::invalid_argument
/// if step is 0.
std::vector<EngineId> select(const std::vector<EngineId>& ids, const Slice& slice);

}  // namespace farm
