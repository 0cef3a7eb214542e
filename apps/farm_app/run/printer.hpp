#pragma once
// The output of many commands on the standard output and error of one.

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "farm_app/run/outlet.hpp"
#include "farm_app/run/print_queue.hpp"
#include "farm_app/run/printer_options.hpp"

namespace app {

/// Takes output in pieces and gives it out in order. A command has a key, any number; keys rise
/// from one expect() to the next (a TaskId does).
///
/// expect(), add() and ended() may be called by any thread, also under locks: they only keep what
/// they are given (in memory, then in one unlinked file in TMPDIR; if that cannot be written to, in
/// memory all the same: nothing is dropped). flush() writes; one thread calls it.
class Printer {
 public:
  explicit Printer(const PrinterOptions& options);

  /// The command will run. `tag` without its tab. Pieces of it may have come before.
  void expect(std::uint64_t key, std::string tag = {});

  /// A piece of its output: `stream` 1 or 2. If nothing was written of what earlier attempts have
  /// printed, then what a higher one prints takes its place; else that stays, and its last line is
  /// ended. Pieces of a lower attempt than the highest so far are dropped, and so are pieces of
  /// what has ended.
  void add(std::uint64_t key, int attempt, int stream, std::string_view text);

  /// No pieces follow, and what `attempt` has printed counts. 0: the highest one that has printed.
  void ended(std::uint64_t key, int attempt = 0);

  /// Writes what may be written, some `most` bytes at a time; blocks while its readers are slow.
  /// True: there is more. Cheap if there is nothing.
  bool flush(std::size_t most = std::size_t{1} << 20);

  /// The commands that have ended and all of whose output is written (or dropped, see problem()),
  /// since this was last called, in that order: only then may a log call one done, or a run that
  /// resumes by the log would never show its output. For the thread that calls flush().
  std::vector<std::uint64_t> take_printed();

  /// Why standard output or error could not be written to (a full disk, a closed pipe), as a
  /// sentence; empty: all is well. From then on what belongs there is dropped. A command whose
  /// output was dropped must not count as done.
  std::string problem() const;

  /// Bytes that wait in memory and in the file.
  std::size_t held_in_memory() const;
  std::size_t held_in_file() const;

 private:
  void write(PrintQueue::Turn& turn, std::string_view text);
  bool settle();

  const bool tags_;
  mutable std::mutex lock_;
  PrintQueue queue_;               // under the lock
  std::string problem_;            // under the lock
  std::atomic<bool> waiting_;      // queue_.waiting(), to be read without it
  std::array<Outlet, 2> outlets_;  // of the thread that calls flush()
};

}  // namespace app
