#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm/engine_info.hpp"
#include "farm/error.hpp"
#include "farm/options.hpp"

namespace farm {

/// A --farm option, FARM_ variable or line of farm.ini that is wrong; what() says what to do.
class SettingsError : public Error {
 public:
  using Error::Error;
};

enum class LogLevel { error, warning, info, debug };

/// What becomes of what kernels write to stdout and stderr.
enum class Output {
  through,  ///< it goes where the launcher sends it
  group,    ///< it comes in one piece for each task
  headed,   ///< the same, below a line that says of which task
  prefix,   ///< line by line, with the engine and the task before it
};

/// What a user can set of the runtime without touching the program.
struct Settings {
  TaskOptions defaults;         ///< --farm-chunk, --farm-hwm: of views that set none
  bool progress_thread = true;  ///< --farm-progress=thread|caller
  bool listener_thread = true;  ///< --farm-listener=thread|none
  LogLevel log = LogLevel::warning;
  std::uint64_t seed = 0;  ///< of the kernels' random streams
  std::optional<int> max_workers;
  Labels labels;  ///< --farm-label: of this rank
  /// --farm-grace: how long an engine may stay in an MPI call of its own after the direct call has
  /// failed on another one, or that has run beyond its limit and does not stop.
  std::int64_t grace_ns = 10'000'000'000;
  bool supervise = true;  ///< --farm-supervise: whether the death of an engine is hidden
  /// --farm-silence: how long a rank may say nothing before it counts as dead.
  std::int64_t silence_ns = 5'000'000'000;
  int crashes = 3;  ///< --farm-crashes: engines or sandboxes that one task may end
  int respawn = 0;  ///< --farm-respawn: engines that may be started in place of dead ones
  Output output = Output::through;  ///< --farm-output
  std::string journal;              ///< --farm-journal: a file; empty: none
  std::string directory;            ///< --farm-directory: of a journal without a place of its own
  std::string profile;              ///< --farm-profile: its name; empty: none
  bool journal_force = false;       ///< --farm-journal-force: changed calls run anew
  /// --farm-time-limit: ns that the job may run; 0: for ever; none: as its scheduler says.
  std::optional<std::int64_t> time_limit_ns;
  std::optional<std::int64_t> time_margin_ns;  ///< --farm-time-margin
  bool help = false;
  bool version = false;
  /// The program's own arguments, from its name on.
  std::vector<std::string> arguments;
};

/// Reads the command line, then FARM_ variables, then farm.ini (or the file that --farm-config or
/// FARM_CONFIG names): what comes first counts. Throws SettingsError.
Settings read_settings(int argc, const char* const* argv);

/// The text of --farm-help.
std::string settings_help();

}  // namespace farm
