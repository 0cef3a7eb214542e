#include "process/out_of_memory.hpp"

#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <string>

#include "process/ending.hpp"

namespace farm::process {

namespace {

// The number behind the word `oom_kill` in a file of words and numbers.
std::uint64_t kills_in(const std::string& file) {
  std::ifstream lines(file);
  std::string word;
  for (std::uint64_t number = 0; lines >> word >> number;) {
    if (word == "oom_kill") return number;
  }
  return 0;
}

// Of the unified hierarchy: "0::/path" in /proc/self/cgroup.
std::string control_group() {
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("0::", 0) == 0) return "/sys/fs/cgroup" + line.substr(3);
  }
  return {};
}

}  // namespace

// A container may see one of the two alone.
std::uint64_t out_of_memory_kills() {
  const std::string group = control_group();
  return kills_in("/proc/vmstat") + (group.empty() ? 0 : kills_in(group + "/memory.events"));
}

int OutOfMemoryWatch::judge(int status) const {
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  return killed && out_of_memory_kills() != before_ ? status | out_of_memory : status;
}

}  // namespace farm::process
