#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace app {

/// Names and values of variables.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Whether a variable of an engine's process reaches the commands that run there. Not those by
/// which MPI's launchers tell a process which rank it is, or an MPI program started as a command
/// would think it belongs to this job; and none of the farm's own (FARM_...).
bool reaches_commands(std::string_view name);

/// The environment that a command finds, of the one the process has and what is added.
std::vector<std::string> command_environment(const char* const* process, const Variables& added);

}  // namespace app
