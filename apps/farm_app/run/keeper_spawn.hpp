#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <vector>

#include "farm_app/run/keeper_messages.hpp"

namespace app::keeper {

/// A command that is about to start.
struct Launch {
  std::vector<std::string> words;
  std::vector<const char*> environment;    ///< as execve(2) wants it
  std::string directory;                   ///< empty: where the keeper is
  std::array<int, 3> streams{-1, -1, -1};  ///< become its stdin, stdout and stderr
  int script = -1;                         ///< -1: none
  int nice = 0;
};

/// A process that was started, or what has kept it from that.
struct Launched {
  pid_t pid = -1;
  Step step = Step::none;
  int error = 0;
};

/// Starts a command in a process group of its own, whose number is its pid. It is killed when the
/// caller ends. Looks for the program as shells do, along PATH of the command's environment. For a
/// process of one thread.
Launched launch(const Launch& command);

}  // namespace app::keeper
