#include "process/ending.hpp"

#include <sys/wait.h>

#include <cctype>
#include <csignal>
#include <cstring>

namespace farm::process {

std::string describe_ending(int status) {
  if (WIFEXITED(status)) return "exit(" + std::to_string(WEXITSTATUS(status)) + ")";
  const int signal = WTERMSIG(status);
  if (signal == SIGKILL && (status & out_of_memory) != 0) return "SIGKILL, out of memory?";
  const char* name = sigabbrev_np(signal);
  if (name == nullptr) return "signal " + std::to_string(signal);
  std::string description = sigdescr_np(signal);
  description.front() = static_cast<char>(std::tolower(description.front()));
  return std::string("SIG") + name + " (" + description + ")";
}

}  // namespace farm::process
