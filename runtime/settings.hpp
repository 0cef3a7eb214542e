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
