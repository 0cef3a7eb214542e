#include "farm_app/hello/allocation.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace app {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<int> number(const char* name) {
  const std::string text = variable(name);
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || value < 1 || value > 10'000'000) return std::nullopt;
  return static_cast<int>(value);
}

// "node1 8 all.q@node1 UNDEFINED", one a line.
Allocation grid_engine() {
  Allocation found{"Grid Engine", variable("JOB_ID"), number("NSLOTS"), {}};
  std::ifstream file(variable("PE_HOSTFILE"));
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string host;
    int slots = 0;
    if (words >> host >> slots) found.host[short_name(host)] += slots;
  }
  return found;
}

Allocation slurm() {
  Allocation found{"Slurm", variable("SLURM_JOB_ID"), number("SLURM_NTASKS"), {}};
  if (!found.slots) found.slots = number("SLURM_NPROCS");
  return found;
}

// A host name in each line, as often as it has slots.
Allocation pbs() {
  Allocation found{"PBS", variable("PBS_JOBID"), number("PBS_NP"), {}};
  std::ifstream file(variable("PBS_NODEFILE"));
  int lines = 0;
  for (std::string host; file >> host; ++lines) ++found.host[short_name(host)];
  if (!found.slots && lines > 0) found.slots = lines;
  return found;
}

// LSB_MCPU_HOSTS="node1 8 node2 4"
Allocation lsf() {
  Allocation found{"LSF", variable("LSB_JOBID"), number("LSB_DJOB_NUMPROC"), {}};
  std::istringstream words(variable("LSB_MCPU_HOSTS"));
  std::string host;
  for (int slots = 0; words >> host >> slots;) found.host[short_name(host)] += slots;
  return found;
}

}  // namespace

std::string short_name(const std::string& host) { return host.substr(0, host.find('.')); }

Allocation read_allocation() {
  if (!variable("SLURM_JOB_ID").empty()) return slurm();
  if (!variable("PBS_JOBID").empty()) return pbs();
  if (!variable("LSB_JOBID").empty()) return lsf();
  // SGE_CELL is set on login nodes, too, and JOB_ID is a name that anybody may use.
  const bool in_job = !variable("SGE_CELL").empty() && !variable("JOB_ID").empty();
  if (!variable("PE_HOSTFILE").empty() || in_job) return grid_engine();
  return {};
}

}  // namespace app
