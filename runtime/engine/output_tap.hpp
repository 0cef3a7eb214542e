#pragma once

#include <cstddef>
#include <cstdint>

#include "farm/bytes.hpp"

namespace farm::engine {

/// Where what kernels write to stdout and stderr is caught, with the task that wrote it. Made of a
/// process::OutputPipe outside of this layer.
class OutputTap {
 public:
  /// From open() to shut() the process's stdout and stderr are caught.
  virtual void open() = 0;
  virtual void shut() = 0;
  /// What comes from now on is this task's; wire::no_task: no task's.
  virtual void begin(std::uint64_t task) = 0;
  /// Bytes that wait to be taken.
  virtual std::uint64_t waiting() const = 0;
  /// Appends parts as the body of a wire::Output has them: at most so many bytes, but one part if
  /// there is any.
  virtual void take(Buffer& into, std::size_t most) = 0;
  /// Bytes that were lost since this was asked last, because too many waited.
  virtual std::uint64_t take_dropped() = 0;

 protected:
  ~OutputTap() = default;
};

}  // namespace farm::engine
