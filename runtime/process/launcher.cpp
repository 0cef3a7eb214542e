#include "process/launcher.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "time/clock.hpp"

namespace farm::process {

std::optional<int> launched_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* value = std::getenv(name)) return std::atoi(value);
  }
  return std::nullopt;
}

bool launcher_recovers() {
  const char* value = std::getenv("OMPI_MCA_orte_enable_recovery");
  if (value == nullptr) return false;
  const std::string text = value;
  return text == "1" || text == "true";
}

void await_orphanhood(std::int64_t limit_ns) {
  constexpr std::int64_t look_ns = 100'000'000;
  const pid_t parent = getppid();
  const std::int64_t deadline = time::Clock::now() + limit_ns;
  while (getppid() == parent && time::Clock::now() < deadline) time::sleep_ns(look_ns);
}

// The first signal asks politely and waits for hosts that may be off; a second one within 5 s does
// not.
void end_launcher(pid_t launcher) {
  constexpr std::int64_t pause_ns = 300'000'000;
  std::ifstream file("/proc/" + std::to_string(launcher) + "/comm");
  std::string name;
  std::getline(file, name);
  if (name != "mpirun" && name != "orterun" && name != "mpiexec") return;
  kill(launcher, SIGTERM);
  time::sleep_ns(pause_ns);
  kill(launcher, SIGTERM);
}

}  // namespace farm::process
