#pragma once
// A file of command lines, with the directives of disBatch (Flatiron Institute).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "farm_app/run/record_reader.hpp"

namespace app {

/// What a line of a task file asks for.
struct TaskStep {
  enum class Kind : std::uint8_t { command, barrier, barrier_check, engine_start, engine_stop };
  Kind kind = Kind::command;
  std::string command;  ///< with prefix and suffix
  /// DISBATCH_... for the command; none in a file that makes no use of disBatch.
  std::vector<std::pair<std::string, std::string>> environment;
};

/// Empty lines and those that begin with # are left out, and all others are commands, but for
///   #DISBATCH PREFIX TEXT                    goes in front of each following command
///   #DISBATCH SUFFIX TEXT                    goes behind it
///   #DISBATCH BARRIER [CHECK]                all before has to end (well) first
///   #DISBATCH REPEAT N [start S] [step K] [COMMAND]   N commands, with S, S + K ... in
///                                            DISBATCH_REPEAT_INDEX
///   #DISBATCH PERENGINE START|STOP COMMAND   once on each engine, first or last; before all others
/// A carriage return at the end of a line is dropped.
class TaskFile {
 public:
  /// `job` goes to DISBATCH_JOBID. Throws std::runtime_error if the file cannot be opened.
  TaskFile(const std::string& file, RecordReader::Rules rules, std::string job);

  /// Throws std::runtime_error, with file and line, for a directive that does not exist.
  Pull next(TaskStep& step, double patience);

  /// Passes over what is left of the REPEAT that the last command came from; returns how many.
  std::uint64_t skip_repetitions() { return std::exchange(repeat_.left, 0); }

  /// Whether reading it from the beginning would find the same.
  bool regular() const { return reader_.regular(); }

 private:
  struct Repeat {
    std::uint64_t left = 0;
    std::int64_t index = 0;
    std::int64_t step = 1;
    std::string command;
  };

  bool take(std::string line, TaskStep& step);
  bool obey(const std::string& line, TaskStep& step);
  void begin_repeat(std::string_view words);
  void make(const std::string& command, std::int64_t index, TaskStep& step);
  [[noreturn]] void refuse(const std::string& what) const;

  RecordReader reader_;
  std::string name_;  // without folders
  std::string job_;
  std::string prefix_;
  std::string suffix_;
  Repeat repeat_;
  bool aware_ = false;    // it has directives, or speaks of DISBATCH_ variables
  bool started_ = false;  // with what comes after PERENGINE
  std::uint64_t ids_ = 0;
};

}  // namespace app
