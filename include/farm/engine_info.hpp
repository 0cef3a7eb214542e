#pragma once

#include <map>
#include <string>

#include "farm/types.hpp"

namespace farm {

/// What an engine has, and how much of it; by name.
using Labels = std::map<std::string, double>;

/// A process of the job, as it described itself at the start.
struct EngineInfo {
  EngineId id;  ///< its MPI rank
  std::string host;
  int cores = 0;  ///< cores it may run on
  int pid = 0;
  Labels labels = {};  ///< --farm-label, for tasks that need something: see TaskOptions::needs
};

}  // namespace farm
