#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "farm/options.hpp"

namespace farm::policy {

inline constexpr std::uint32_t none = 0xffffffff;
inline constexpr std::uint64_t unlimited = ~std::uint64_t{0};

/// The parts of a lane that few lanes have.
struct LaneExtra {
  struct Costly {
    double cost = 0;
    std::uint64_t order = 0;
    std::uint32_t batch = 0;
    // The heap's top is the dearest, and among equals the oldest.
    friend bool operator<(const Costly& a, const Costly& b) {
      return a.cost != b.cost ? a.cost < b.cost : a.order > b.order;
    }
  };

  bool by_cost = false;
  std::vector<Costly> heap;  // where by_cost: its works by the cost of their next item
  /// Pieces to run again now, by the engine to avoid (plus one; 0: none), oldest first: an engine
  /// finds one that it may run by looking at two groups.
  std::map<std::uint32_t, std::set<std::pair<std::uint64_t, std::uint32_t>>> ready;
  /// By engine, the number of the last submission when it refused.
  std::unordered_map<std::uint32_t, std::uint64_t> refused;
  std::set<std::pair<std::uint64_t, std::uint32_t>> refusals;  // the same by that number

  bool refuses(std::uint32_t engine, std::uint64_t order) const {
    const auto found = refused.find(engine);
    return found != refused.end() && found->second >= order;
  }
};

/// A queue of works that have the same options and engines.
struct Lane {
  std::uint64_t route = 0;
  Chunk chunk = automatic;
  CountOrAutomatic hwm = automatic;
  std::uint64_t fixed_limit = unlimited;  // what hwm says, or no limit if it is automatic
  std::uint32_t set = 0;                  // the engines that may run it
  std::uint32_t preferred = none;         // the set of those that had better
  std::uint32_t key_set = none;           // `set` if it was pinned
  std::uint32_t share = 0;                // its slot
  std::int32_t priority = 0;
  std::uint32_t ranks = 1;
  std::uint32_t depth = 0;  // of its tasks
  Scheme scheme = Scheme::leastload;
  bool one_host = false;
  bool turning = false;  // whether it stands in a ring of lanes with work
  bool resting = false;  // whether it stands among those without
  std::uint32_t ring_before = none;
  std::uint32_t ring_after = none;
  std::uint32_t fan_before = none;  // among the lanes that prefer the same set
  std::uint32_t fan_after = none;
  std::uint32_t first = none;  // queue of works that have items to dispatch
  std::uint32_t last = none;
  std::uint64_t works = 0;      // queued or in flight
  std::uint64_t in_flight = 0;  // chunks
  std::unique_ptr<LaneExtra> extra;

  bool gang() const { return ranks > 1; }
  LaneExtra& made_extra() {
    if (!extra) extra = std::make_unique<LaneExtra>();
    return *extra;
  }
};

/// By what a lane is found for what is submitted.
struct LaneKey {
  std::uint64_t route = 0;
  std::uint32_t set = none;  ///< of pinned lanes
  friend bool operator==(const LaneKey&, const LaneKey&) = default;
};
struct LaneKeyHash {
  std::size_t operator()(const LaneKey& key) const {
    return (key.route * 0x9e3779b97f4a7c15 ^ key.set) * 0xff51afd7ed558ccd >> 20;
  }
};

}  // namespace farm::policy
