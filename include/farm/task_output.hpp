#pragma once

#include <cstdint>
#include <string>

#include "farm/types.hpp"

namespace farm {

/// What a task has written to stdout and stderr, with its child processes, as far as it is known:
/// where --farm-output is `through`, nothing. Of a task that was tried again, its last attempt.
struct TaskOutput {
  std::string out;
  std::string err;
  /// Bytes that are missing at the beginning: more was written than the run keeps, which is 64 MiB.
  std::uint64_t dropped = 0;
  EngineId engine;  ///< where it ran; -1: it has written nothing
};

/// How outputs of several tasks are put together.
enum class GroupBy : std::uint8_t {
  order,   ///< task by task, in the order of the items
  engine,  ///< engine by engine, and task by task on each
  type,    ///< first what went to stdout, then what went to stderr
};

}  // namespace farm
