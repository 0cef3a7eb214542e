#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/lane.hpp"
#include "policy/placement.hpp"
#include "policy/turns.hpp"

namespace farm::policy {

/// Engines that some lanes may run on, with what is needed to place a chunk without looking at all
/// of them. Lanes with equal engines share one set. Within it an engine has a position.
struct EngineSet {
  std::vector<std::uint32_t> engines;  // ascending; of the universal set, too
  std::unique_ptr<LoadBuckets> loads;  // by position; null where there is one engine
  Turns turns;                         // lanes with work
  std::uint32_t first_fan = none;      // lanes with work that prefer these engines
  std::uint32_t last_fan = none;
  std::uint32_t users = 0;
  /// Engines with room by when they were last given a chunk; only where a lane asks for lru.
  std::unique_ptr<std::set<std::pair<std::uint64_t, std::uint32_t>>> by_use;
};

/// The place of an engine in a set other than the universal one.
struct Membership {
  std::uint32_t set = 0;
  std::uint32_t position = 0;
  std::uint64_t served = 0;  // when a lane of the set was last served here: sets take turns
};

/// Sets by number; equal ones have the same. Number 0 is the universal set: all engines, each at
/// the position that is its own number.
class EngineSets {
 public:
  static constexpr std::uint32_t universal = 0;

  /// `grows`: whether engines may come later. Then a set that is named is never the universal one,
  /// which they join.
  EngineSets(std::vector<std::uint32_t> engines, std::uint32_t table_size, bool grows = false);

  EngineSet& operator[](std::uint32_t set) { return *sets_[set]; }
  const EngineSet& operator[](std::uint32_t set) const { return *sets_[set]; }

  /// The number of the set of these engines with one more user; `fresh` if it is new.
  std::uint32_t use(std::vector<std::uint32_t> engines, bool& fresh);
  /// The same of one engine.
  std::uint32_t use_single(std::uint32_t engine, bool& fresh);
  /// The set of one engine if it is in use, otherwise none.
  std::uint32_t single(std::uint32_t engine) const { return single_[engine]; }
  /// One user less. Returns whether nobody uses it any more: then it is to be erased.
  bool drop(std::uint32_t set) { return set != universal && --sets_[set]->users == 0; }
  void erase(std::uint32_t set);
  /// Adds an engine, with a number above all others, to the universal set.
  void gain(std::uint32_t engine);
  /// Takes the engine out of the universal set.
  void lose(std::uint32_t engine);
  /// Takes the engine at the position out of another set. Those after it move up by one. Nobody
  /// finds the set by its engines any more; who has its number may go on using it.
  void shrink(std::uint32_t number, std::uint32_t position);

  bool contains(std::uint32_t set, std::uint32_t engine) const;
  std::size_t size(std::uint32_t set) const { return sets_[set]->engines.size(); }

 private:
  std::uint32_t add(std::vector<std::uint32_t> engines);
  void unlist(std::uint32_t set);

  bool grows_;
  std::vector<std::unique_ptr<EngineSet>> sets_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> single_;  // by engine
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_content_;
};

}  // namespace farm::policy
