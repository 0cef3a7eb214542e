#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace app {

/// Names and values of variables.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Whether a variable of an engine's process reaches the commands that run there. Not those by
/// which MPI's launchers tell a process which rank it is, or an MPI program started as a command
/// would think it belongs to this job; and none of the farm's own (FARM_...).
bool reaches_commands(std::string_view name);

/// What a process's environment is to commands.
class CommandEnvironment {
 public:
  /// `process` as environ has it; may be null.
  explicit CommandEnvironment(const char* const* process);

  /// What a command finds: that, and what is added, which replaces variables of the same name. It
  /// ends with a null pointer, as execve(2) wants it, and is good as long as this object and
  /// `room`, which gets the texts of what is added.
  std::vector<const char*> with(const Variables& added, std::vector<std::string>& room) const;

 private:
  std::deque<std::string> texts_;
  std::vector<const char*> entries_;
  std::unordered_map<std::string, std::size_t> places_;  // by name
};

}  // namespace app
