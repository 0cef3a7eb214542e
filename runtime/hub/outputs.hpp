#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "farm/task_output.hpp"
#include "farm/types.hpp"

namespace farm::hub {

/// How what kernels print is shown, where it is captured.
enum class OutputStyle : std::uint8_t {
  kept,     ///< not at all
  through,  ///< as it comes, and then forgotten
  group,    ///< when the task ends, in one piece
  headed,   ///< the same, below a line that names the task
  prefix,   ///< line by line as it comes, with engine and task before each
};

struct OutputOptions {
  OutputStyle style = OutputStyle::kept;
  /// Writes to stdout (1) or stderr (2), in one piece.
  std::function<void(std::uint32_t stream, std::string_view text)> print;
  std::uint64_t most_bytes = std::uint64_t{64} << 20;  ///< that are kept
};

/// Who wrote something.
struct Writer {
  EngineId engine;
  std::uint32_t ticket = 0;  ///< of the chunk
  std::uint16_t attempt = 1;
};

/// What tasks have written to stdout and stderr: shown, and kept until nobody can ask for it any
/// more. When there is too much, what ended first goes first, and of a task that is too large by
/// itself the beginning.
class Outputs {
 public:
  explicit Outputs(OutputOptions options = {}) : options_(std::move(options)) {}

  bool any() const { return !entries_.empty(); }

  /// A part of what a task wrote. `name` is that of its kernel.
  void add(const Writer& writer, TaskId task, std::uint32_t stream, std::string_view text,
           const std::function<std::string()>& name);
  /// The same of what no task wrote.
  void add_other(EngineId engine, std::uint32_t stream, std::string_view text);
  /// So many bytes were lost on their way.
  void add_dropped(EngineId engine, std::uint64_t bytes);
  /// The chunk has ended.
  void end(EngineId engine, std::uint32_t ticket);
  /// The engine is gone.
  void lose(EngineId engine);

  /// What is known of a task; null: nothing.
  const TaskOutput* find(TaskId task) const;
  /// The tasks in [first, first + count) of which something is known, in order.
  std::vector<TaskId> known(TaskId first, std::uint64_t count) const;
  /// Nobody will ask for these any more.
  void forget(TaskId first, std::uint64_t count);

 private:
  struct Entry {
    TaskOutput output;
    std::uint16_t attempt = 0;
    bool open = false;  // its chunk runs
    bool headed = false;
    std::string kernel;
    std::array<std::size_t, 2> shown{};  // bytes of out and err that have been printed
  };
  using Entries = std::map<TaskId, Entry>;

  static std::string& text_of(Entry& entry, std::uint32_t stream) {
    return stream == 1 ? entry.output.out : entry.output.err;
  }
  Entry& open(const Writer& writer, TaskId task, const std::function<std::string()>& name);
  void show(TaskId task, Entry& entry, bool all);
  void show_piece(TaskId task, Entry& entry, std::uint32_t stream);
  void show_lines(TaskId task, Entry& entry, std::uint32_t stream, bool all);
  void print_lines(const std::string& prefix, std::uint32_t stream, std::string_view lines);
  void print(std::uint32_t stream, std::string_view text);
  void make_room();
  void cut(Entry& entry, std::uint32_t stream, std::size_t bytes);

  OutputOptions options_;
  Entries entries_;
  std::uint64_t bytes_ = 0;   // kept
  std::deque<TaskId> ended_;  // in that order, some of them forgotten
  // Tasks of chunks that run and have written something.
  std::map<std::pair<EngineId, std::uint32_t>, std::vector<TaskId>> open_;
};

}  // namespace farm::hub
