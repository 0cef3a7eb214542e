#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm/types.hpp"

namespace farm {

/// Says "the farm shall find the value itself, from what it measures".
struct Automatic {
  friend bool operator==(Automatic, Automatic) = default;
};
inline constexpr Automatic automatic{};

/// A count that the user sets, or `farm::automatic`.
class CountOrAutomatic {
 public:
  // NOLINTBEGIN(google-explicit-constructor): options are written as plain values.
  constexpr CountOrAutomatic(Automatic) {}
  constexpr CountOrAutomatic(std::int64_t count) : count_(count), automatic_(false) {}
  // NOLINTEND(google-explicit-constructor)

  constexpr bool is_automatic() const { return automatic_; }
  /// Only where !is_automatic().
  constexpr std::int64_t count() const { return count_; }

  friend constexpr bool operator==(const CountOrAutomatic&, const CountOrAutomatic&) = default;

 private:
  std::int64_t count_ = 0;
  bool automatic_ = true;
};

/// Which of the engines that have room gets a task, under ipyparallel's names.
enum class Scheme : std::uint8_t {
  leastload,    ///< one that holds the fewest chunks, the longest so among equals
  lru,          ///< the one whose last chunk was handed to it the longest ago
  plainrandom,  ///< any
  twobin,       ///< of two at random, the one used the longest ago (Mitzenmacher, 2001)
  weighted,     ///< of two at random, drawn by the inverse of their load, the less loaded one
};

/// In which order the tasks of a view start.
enum class Order : std::uint8_t {
  submission,     ///< first in, first out
  longest_first,  ///< the largest cost first (LPT: Graham, 1969)
};

/// How the tasks of a view are handed out.
struct TaskOptions {
  /// Items of a map in one message. Automatic: sized from the measured run time of the kernel, so
  /// that short tasks travel together and long ones alone.
  CountOrAutomatic chunk = automatic;
  /// High-water mark: chunks an engine may hold, the running one included. 1 = nothing queued
  /// behind the running chunk, n = n - 1 queued behind it, 0 = no limit: everything is assigned at
  /// once (the static schedule). Automatic: as many as hide the round trip at the measured speed.
  /// Where several views compete for an engine, each gets its turn there, and the mark bounds what
  /// a view has under way in all. What is queued behind a running chunk is taken back for an engine
  /// that has nothing to do.
  CountOrAutomatic hwm = automatic;
  /// Whether a map is iterated in input order (true) or in order of completion.
  bool ordered = true;
  /// Engines that may run the tasks; empty = any.
  std::vector<EngineId> targets;
  /// Engines that had better run the tasks; another one does when these have no room.
  std::vector<EngineId> affinity;
  /// Labels that an engine must have (--farm-label): `gpu`, `gpu=2` for at least so many, or
  /// `memory=16G`; K, M, G and T are powers of 1024. An engine runs one task at a time, so a
  /// label's number is what one task may use, and nothing is counted down.
  std::vector<std::string> needs;
  /// Which engine with room gets a task.
  Scheme scheme = Scheme::leastload;
  /// Which task of the view starts first.
  Order order = Order::submission;
  /// Among the views that come from one client.load_balanced(): higher ones start first.
  int priority = 0;
  /// The share of the engines' time that views from one client.load_balanced() get beside those
  /// from others, while all have work: in proportion to their weights.
  double weight = 1;
  /// How often a task that failed is tried again, elsewhere if possible.
  int retries = 0;
  /// Pause before the first retry; it doubles with each further one.
  Seconds backoff{0};
  /// A task that has not started by then fails with TaskTimeout.
  std::optional<Seconds> timeout;
  /// A task that runs longer is asked to stop (Engine::stop_requested) and fails with TaskTimeout.
  std::optional<Seconds> run_limit;
  /// Engines that run one task together (a gang), each as one rank of the task's communicator.
  int ranks = 1;
  /// Whether the engines of a gang must be on one host.
  bool one_host = false;

  friend bool operator==(const TaskOptions&, const TaskOptions&) = default;
};

}  // namespace farm
