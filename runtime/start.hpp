#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boot.hpp"
#include "engine/registry.hpp"
#include "output.hpp"
#include "process/report.hpp"
#include "settings.hpp"
#include "time_limit.hpp"

namespace farm {

/// What a rank finds out about itself before it asks any other.
struct Start {
  std::int64_t begin = 0;  ///< by time::Clock::now()
  bool launched = false;   ///< by mpirun or the like; a single process of Open MPI looks so later
  Settings settings;
  std::optional<engine::Registry> registry;
  std::string settings_error;
  std::string registry_error;
  std::unique_ptr<Channels> channels;  ///< made before the processes fork apart
  process::LauncherReport::Place report;
  std::string unfinished;  ///< the file that FARM_UNFINISHED names
};

/// Errors are kept, to be said by rank 0. Call before the processes of the rank fork apart.
Start prepare(int argc, const char* const* argv);

/// When the job has to be over.
TimeLimit time_limit(const Start& start);

/// What this rank tells rank 0.
Boot describe(int rank, const Start& start);

/// Rank 0's decision, which the others follow: serve in this way, or leave with this status.
struct Verdict {
  bool go = false;
  int status = 0;
  std::uint64_t seed = 0;
  bool listener = false;
  std::int64_t grace_ns = 0;
  std::int64_t silence_ns = 0;
  Output output = Output::through;
  std::string invitation;  ///< to the side channel
  int engines = 0;         ///< at the start
};

std::string encode(const Verdict& verdict);
Verdict decode_verdict(const std::string& text);

/// On rank 0; says on stderr what is wrong, or on stdout what was asked for.
Verdict decide(const Start& start, const std::vector<Boot>& boots);

}  // namespace farm
