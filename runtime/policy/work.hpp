#pragma once

#include <cstdint>
#include <vector>

#include "policy/lane.hpp"

namespace farm::policy {

/// What is left of a batch. 32 bytes: there is one for every task that somebody submitted alone.
struct Work {
  std::uint64_t next = 0;  ///< first item that is not dispatched
  std::uint64_t end = 0;
  std::uint32_t after = none;  ///< in its lane's queue
  std::uint32_t lane = none;
  std::uint32_t kernel = 0;
  std::uint32_t flights : 28 = 0;
  std::uint32_t queued : 1 = 0;
  std::uint32_t late : 1 = 0;       ///< set aside; `after` is its number there
  std::uint32_t special : 1 = 0;    ///< whether it has an extra
  std::uint32_t cancelled : 1 = 0;  ///< what comes back is not queued again
};
static_assert(sizeof(Work) == 32);

/// The parts of a batch that few batches have.
struct WorkExtra {
  std::uint64_t order = 0;            // the number of its submission
  std::vector<double> cost_before;    // of the items before the i-th; empty: unknown
  std::vector<std::uint32_t> pieces;  // numbers
  bool refused = false;               // it was said that no engine is left

  double cost(std::uint64_t first, std::uint64_t count) const {
    return cost_before[first + count] - cost_before[first];
  }
};

}  // namespace farm::policy
