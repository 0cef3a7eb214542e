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

/// How the tasks of a view are handed out.
struct TaskOptions {
  /// Items of a map in one message. Automatic: sized from the measured run time of the kernel, so
  /// that short tasks travel together and long ones alone.
  CountOrAutomatic chunk = automatic;
  /// High-water mark: chunks an engine may hold, the running one included. 1 = nothing queued
  /// behind the running chunk, n = n - 1 queued behind it, 0 = no limit: everything is assigned at
  /// once (the static schedule). Automatic: as many as hide the round trip at the measured speed.
  /// Where several views compete for an engine, each gets its turn there, and the mark bounds what
  /// a view has under way in all.
  CountOrAutomatic hwm = automatic;
  /// Whether a map is iterated in input order (true) or in order of completion.
  bool ordered = true;
  /// Engines that may run the tasks; empty = any.
  std::vector<EngineId> targets;

  friend bool operator==(const TaskOptions&, const TaskOptions&) = default;
};

/// Changes to a view's options: what is set replaces, the rest stays. `view.with({.chunk = 10})`.
struct With {
  std::optional<CountOrAutomatic> chunk = std::nullopt;
  std::optional<CountOrAutomatic> hwm = std::nullopt;
  std::optional<bool> ordered = std::nullopt;
};

/// Options with the changes applied. Throws std::invalid_argument in a sentence for a chunk below 1
/// or a negative high-water mark.
TaskOptions amend(TaskOptions options, const With& changes);

}  // namespace farm
