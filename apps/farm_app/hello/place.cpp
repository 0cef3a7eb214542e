#include "farm_app/hello/place.hpp"

#include <mpi.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace app {

namespace {

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

int local_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"}) {
    if (const char* value = std::getenv(name)) return std::atoi(value);
  }
  return -1;
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  if (MPI_Get_library_version(text.data(), &length) != MPI_SUCCESS) return "unknown";
  return short_version(text.data());
}

std::string contents(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::string short_version(const std::string& text) {
  // "Open MPI v4.1.4, package: ..., ident: ..."; MPICH writes several lines.
  std::string line = text.substr(0, text.find_first_of(",\n"));
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

std::string transport_of(const std::string& maps) {
  std::string manager;
  std::vector<std::string> ways;
  std::istringstream lines(maps);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("/mca_");
    const std::size_t end = line.rfind(".so");
    if (at == std::string::npos || end == std::string::npos || end < at) continue;
    const std::string kind = line.substr(at + 5, 4);
    const std::string name = line.substr(at + 9, end - at - 9);
    if (kind == "pml_") manager = name;
    // To oneself.
    if ((kind != "btl_" && kind != "mtl_") || name == "self") continue;
    if (std::find(ways.begin(), ways.end(), name) == ways.end()) ways.push_back(name);
  }
  std::sort(ways.begin(), ways.end());
  std::string text = manager;
  for (const std::string& way : ways) {
    text += (&way == &ways.front() ? (text.empty() ? "" : ": ") : ", ") + way;
  }
  return text;
}

Place look_around(int rank) {
  Place place;
  place.rank = rank;
  place.local_rank = local_rank();
  place.pid = getpid();
  std::array<char, 256> name{};
  place.host = gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
  place.cores = allowed_cores();
  place.cores_of_host = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  place.mpi = mpi_version();
  place.transport = transport_of(contents("/proc/self/maps"));
  return place;
}

}  // namespace app
