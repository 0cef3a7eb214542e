#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "process/output_log.hpp"

namespace farm::process {

/// What the kernels of one engine write to stdout and stderr: by printf, std::cout, write(2), or in
/// processes that they start. It goes through pipes into a log, labelled with the task, where it
/// outlives the process that wrote it. Pipes, because a regular file would be cut off by a script's
/// `> /dev/stderr`.
///
/// Made before the engine's processes are forked, and then used in each of them by its own copy of
/// the object: the supervisor, the rank and its sandboxes.
class OutputPipe {
 public:
  /// Throws std::system_error.
  OutputPipe();
  /// Ends the thread; stdout and stderr are what they were.
  ~OutputPipe();
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  // For the rank.

  /// Begins to empty the pipes in a thread, so that nobody who writes waits.
  void watch();
  /// Until shut(), stdout and stderr are the pipes. What they were is remembered the first time.
  void open();
  void shut();
  const OutputLog& log() const { return log_; }
  /// As OutputLog::take.
  void take(std::vector<std::byte>& into, std::size_t most) { log_.take(into, most); }
  std::uint64_t take_dropped() { return log_.take_dropped(); }

  // For a sandbox.

  /// From now on stdout and stderr are the pipes. Returns false, and changes nothing, if no rank
  /// watches them.
  bool adopt();

  // For whoever runs kernels: the rank, while it is open, or a sandbox.

  /// What has been written until now belongs to the task before; what comes, to this one. Flushes
  /// stdout and std::cout.
  void begin(std::uint64_t task);

  // For the supervisor.

  /// Writes what is left to the caller's own stdout and stderr, each line with the engine before it
  /// and, where it is known, the task. When the rank and its sandboxes are dead.
  void print_rest(int engine);

 private:
  struct Pipe {
    int in = -1;
    int out = -1;
    int before = -1;  // what stood in its place
  };

  std::size_t collect();
  void run();

  void point(int Pipe::*where);

  OutputLog log_;
  bool open_ = false;
  std::array<Pipe, 2> pipes_;  // of stdout and of stderr
  std::vector<std::byte> scratch_;
  int end_;
  std::thread thread_;
};

}  // namespace farm::process
