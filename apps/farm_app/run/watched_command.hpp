#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "farm_app/run/bell.hpp"
#include "farm_app/run/ending.hpp"
#include "farm_app/run/keeper_client.hpp"

namespace app {

/// How long a command may run, and what it may use.
struct CommandLimits {
  double timeout = 0;        ///< seconds; 0: none
  std::uint64_t memory = 0;  ///< bytes that it and its children may have resident; 0: no limit
  double grace = 0;          ///< seconds from SIGTERM to SIGKILL
};

/// What goes on beside a command.
struct CommandWatch {
  /// Rung when `stopped` may have become true.
  const Bell* bell = nullptr;
  /// Whether somebody wants the command to end.
  std::function<bool()> stopped;
  /// Called every 20 ms while it runs; null: nothing is to be done.
  std::function<void()> now_and_then;
};

/// How a process has ended, and why.
struct CommandEnd {
  keeper::Reply last;
  Cause cause = Cause::ended;
  std::string problem;  ///< a clause, where the cause is not `ended`
  double seconds = 0;
};

/// Starts a command and waits until it has ended. At its time limit, or when it is stopped, its
/// process group gets SIGTERM and, after the grace, SIGKILL; at its memory limit SIGKILL at once.
/// Memory is looked at every 100 ms. Throws KeeperGone.
CommandEnd run_watched(KeeperClient& keeper, const KeptCommand& command,
                       const CommandLimits& limits, const CommandWatch& watch);

}  // namespace app
