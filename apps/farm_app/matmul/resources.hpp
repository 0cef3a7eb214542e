#pragma once
// Cores and memory of the hosts, and what the products will need of them.

#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/matmul/grid.hpp"
#include "farm_app/matmul/settings.hpp"

namespace app::dense {

/// What a process knows of the machine that it runs on; trivially copyable, so that it travels.
struct Machine {
  std::int64_t memory = 0;  ///< bytes
  std::int32_t cores = 0;
};

/// Of the machine that this process runs on.
Machine this_machine();

/// A machine and which part of the job runs on it.
struct Host {
  std::string name;
  Machine machine;
  int engines = 0;
  bool has_hub = false;
};

/// Adds a process to the host of that name, which is new or known.
void add_process(std::vector<Host>& hosts, const std::string& name, const Machine& machine,
                 bool is_hub);

/// How many of the engines can compute at the same time.
int busy_cores(const std::vector<Host>& hosts);

/// The matrices of the dearest variant in bytes, where rank 0 is and in each engine. The buffers of
/// the message passing come on top.
struct Needs {
  double hub = 0;
  double engine = 0;
};
Needs estimate_needs(const Settings& settings, int engines, const Grid& grid);

/// Throws std::runtime_error if the matrices would take more than half of the memory of a host.
void check_memory(const std::vector<Host>& hosts, const Needs& needs);

}  // namespace app::dense
