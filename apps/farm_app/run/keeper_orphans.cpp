#include "farm_app/run/keeper_orphans.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "farm_app/run/processes.hpp"
#include "farm_app/run/steady_seconds.hpp"

namespace app::keeper {

namespace {

// Those that cannot die, in the kernel's hands, are given up.
constexpr int most_rounds = 100;
constexpr double between_rounds = 0.002;

bool has_variable(pid_t pid, const std::string& entry) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  const std::string text = '\0' + std::string(std::istreambuf_iterator<char>(file), {});
  return text.find('\0' + entry + '\0') != std::string::npos;
}

}  // namespace

void kill_orphans(const std::string& session) {
  const auto number = static_cast<pid_t>(std::atoi(session.c_str()));
  if (number <= 1) return;
  const std::string entry = std::string(session_variable) + '=' + session;
  for (int round = 0; round < most_rounds; ++round) {
    bool found = false;
    for (const auto& [pid, of] : living_processes()) {
      if (pid == getpid() || (of != number && !has_variable(pid, entry))) continue;
      found = kill(pid, SIGKILL) == 0 || found;
    }
    if (!found) return;
    sleep_seconds(between_rounds);
  }
}

}  // namespace app::keeper
