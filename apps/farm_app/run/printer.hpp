#pragma once
// The output of many commands on the standard output and error of one.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace app {

struct PrinterOptions {
  enum class Mode : std::uint8_t {
    group,    ///< when a command has ended: its standard output, then its standard error
    lines,    ///< whole lines as they come
    ungroup,  ///< everything as it comes, without tags
  };

  Mode mode = Mode::group;
  bool keep_order = false;  ///< in the order of the calls of expect(), and only the first of them
                            ///< as its output comes
  bool tag = false;         ///< each line begins with the tag of its command and a tab
  int out = 1;              ///< file descriptors, which stay the caller's
  int err = 2;
  /// Bytes of a command, and of all, that are held in memory; more waits in a temporary file.
  std::size_t most_each = std::size_t{1} << 20;
  std::size_t most_in_all = std::size_t{64} << 20;
};

/// Takes output in pieces and gives it out in order. A command has a key, any number; keys rise
/// from one expect() to the next (a TaskId does).
///
/// expect(), add() and ended() may be called by any thread, also under locks: they only keep what
/// they are given (in memory, then in one unlinked file in TMPDIR; if that cannot be written to, in
/// memory all the same: nothing is dropped). flush() writes; one thread calls it.
class Printer {
 public:
  explicit Printer(const PrinterOptions& options);
  ~Printer();
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  /// The command will run. `tag` without its tab. Pieces of it may have come before.
  void expect(std::uint64_t key, std::string tag = {});

  /// A piece of its output: `stream` 1 or 2. What a higher attempt prints replaces what is there of
  /// the earlier ones, as far as it was not written yet; what comes from a lower one than the
  /// highest so far is dropped, and so are pieces of what has ended. An attempt whose lines were
  /// written in part has its last line ended before those of the next.
  void add(std::uint64_t key, int attempt, int stream, std::string_view text);

  /// No pieces follow, and what `attempt` has printed counts. 0: the highest one that has printed.
  void ended(std::uint64_t key, int attempt = 0);

  /// Writes what may be written, some `most` bytes at a time; blocks while its readers are slow.
  /// True: there is more. Cheap if there is nothing.
  bool flush(std::size_t most = std::size_t{1} << 20);

  /// Why standard output or error could not be written to (a full disk, a closed pipe), as a
  /// sentence; empty: all is well. From then on what belongs there is dropped. A command whose
  /// output was dropped must not count as done.
  std::string problem() const;

  /// Bytes that wait in memory and in the file.
  std::size_t held_in_memory() const;
  std::size_t held_in_file() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace app
