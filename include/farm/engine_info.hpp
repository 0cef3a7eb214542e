#pragma once

#include <string>

#include "farm/types.hpp"

namespace farm {

/// A process of the job, as it described itself at the start.
struct EngineInfo {
  EngineId id;  ///< its MPI rank
  std::string host;
  int cores = 0;  ///< cores it may run on
  int pid = 0;
};

}  // namespace farm
