#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "farm/types.hpp"

namespace farm {

/// Where a text belongs: stdout or stderr.
enum class Stream : std::uint8_t { out = 1, err = 2 };

/// A part of what a task prints, on its way; see Client::watch_output. `text` is valid during the
/// call and may end anywhere, in the middle of a line or of a character.
struct OutputPiece {
  TaskId task{};
  EngineId engine;
  int attempt = 1;
  Stream stream = Stream::out;
  std::string_view text;
};

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
