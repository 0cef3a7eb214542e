#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "farm/options.hpp"
#include "farm/types.hpp"

namespace unit {

/// What a submission may have besides its options.
struct Besides {
  std::uint32_t share = 0;
  std::vector<double> costs;
  std::vector<farm::EngineId> pinned;
  bool conditional = false;
  std::uint32_t depth = 0;
};

/// Where an item is.
enum class ItemState : std::uint8_t { waiting, out, ended };
/// What makes two batches one lane: route and pinned engines.
using LaneName = std::pair<std::uint64_t, std::vector<farm::EngineId>>;
/// Batch and item.
using Place = std::pair<std::uint64_t, std::uint64_t>;
/// A batch as the bed believes it to be.
struct WatchedBatch {
  farm::TaskOptions options;
  Besides besides;
  LaneName lane;
  std::uint64_t sequence = 0;
  std::uint64_t items = 0;
  std::uint64_t flights = 0;
  std::uint64_t ended = 0;
  std::vector<ItemState> state;
  std::vector<std::uint32_t> attempt;
  std::map<std::uint64_t, int> ranks_out;  // of a gang's item
  std::set<std::uint64_t> rerun;           // gang items to run again when all ranks are back
  std::set<std::uint64_t> given_up;        // and those that were cancelled before
  bool came_back = false;
  bool live = false;

  int ranks() const { return options.ranks; }
  void end(std::uint64_t i) {
    state[i] = ItemState::ended;
    ++ended;
  }
  void land(std::uint64_t i) {
    if (--ranks_out[i] > 0) return;
    ranks_out.erase(i);
    if (rerun.erase(i) != 0) {
      state[i] = ItemState::waiting;
    } else {
      given_up.erase(i);
      end(i);
    }
  }
  void finish(std::uint64_t i) { ranks() == 1 ? end(i) : land(i); }
};
/// An engine as the bed believes it to be.
struct WatchedEngine {
  std::uint64_t chunks = 0;
  std::uint32_t depth = 0;
  std::uint64_t occupied = 0;
  bool lost = false;
  bool apart = false;
};

}  // namespace unit
