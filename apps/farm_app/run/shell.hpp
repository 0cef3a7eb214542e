#pragma once
// What commands find around them.

#include <string>
#include <utility>

namespace app {

/// The shell for commands that need one: $PARALLEL_SHELL; for a task file with directives of
/// disBatch, whose users write for it, /bin/bash; $SHELL if it is a Bourne shell; or else /bin/sh.
std::string default_shell(const std::string& task_file);

/// "NAME=VALUE", or "NAME" with the value that it has here. Throws UsageError.
std::pair<std::string, std::string> variable(const std::string& text);

}  // namespace app
