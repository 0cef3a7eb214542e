#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <ostream>

namespace farm {

/// Identifies a task for the whole run. Ids are given in submission order and never reused.
enum class TaskId : std::uint64_t {};

constexpr std::uint64_t number(TaskId id) { return static_cast<std::uint64_t>(id); }

/// Names an engine: the MPI rank of the process that runs it. Implicit from int, so that
/// `client.load_balanced({1, 3})` reads well. Negative values count from the last engine where a
/// function says so.
class EngineId {
 public:
  constexpr EngineId() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): ids are written as plain numbers by users.
  constexpr EngineId(int rank) : rank_(rank) {}

  constexpr int rank() const { return rank_; }

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a pointer in the 0 behind <=>.
  friend constexpr auto operator<=>(EngineId, EngineId) = default;
  friend std::ostream& operator<<(std::ostream& out, EngineId id) { return out << id.rank_; }

 private:
  int rank_ = -1;
};

/// Any length of time; every std::chrono duration converts to it without a cast.
using Seconds = std::chrono::duration<double>;

/// A point in time by the clock of the hub's host.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

}  // namespace farm
