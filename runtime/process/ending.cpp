#include "process/ending.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace farm::process {

std::string describe_ending(int wait_status) {
  if (WIFEXITED(wait_status)) return "exit(" + std::to_string(WEXITSTATUS(wait_status)) + ")";
  const int signal = WTERMSIG(wait_status);
  const char* name = sigabbrev_np(signal);
  if (name == nullptr) return "signal " + std::to_string(signal);
  return "SIG" + std::string(name) + " (" + sigdescr_np(signal) + ")";
}

}  // namespace farm::process
