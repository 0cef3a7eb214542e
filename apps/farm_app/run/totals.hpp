#pragma once
// How many commands of a run have come to what.

#include <cstdint>
#include <optional>

#include "farm_app/run/ending.hpp"

namespace app {

struct RunTotals {
  std::uint64_t good = 0;
  std::uint64_t failed = 0;   ///< those that were lost are among them
  std::uint64_t retried = 0;  ///< commands that needed more than one attempt, whatever came of them
  std::uint64_t skipped = 0;  ///< not run, because the log of an earlier run has them
  std::optional<std::uint64_t> all;  ///< commands of this run, without those skipped; once known
  int cores = 1;                     ///< engines that a command takes
  double busy = 0;                   ///< seconds of engines in the last attempts of commands

  std::uint64_t done() const { return good + failed; }

  /// The command has ended for good: no other attempt follows.
  void add(const Ending& ending);

  /// A command failed without an Ending: the farm gave it up, for instance with its engine.
  void add_lost() { ++failed; }
};

}  // namespace app
