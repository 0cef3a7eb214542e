#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "farm/error.hpp"
#include "farm/types.hpp"

namespace farm {

/// The journal (--farm-journal) cannot be used, or holds another call than the one that is made.
/// what() says what to do.
class JournalError : public Error {
 public:
  using Error::Error;
};

/// What has become of a task.
enum class TaskStatus : std::uint8_t {
  pending,  ///< it has not ended
  done,     ///< it ended with a value
  failed,   ///< it ended with an error
  aborted,  ///< it was cancelled
  lost,     ///< it was pending when its run ended, and no later run asks for it again
};

/// In lower case, as above.
std::string name(TaskStatus status);
/// Nothing if there is no such name.
std::optional<TaskStatus> task_status_named(std::string_view name);

/// The parts of a TaskRecord.
enum class Key : std::uint8_t {
  id,
  call,
  kernel,
  label,
  kind,
  status,
  run,
  engine,
  host,
  attempt,
  submitted,
  started,
  completed,
  received,
  error,
  out,
  err,
  again,
  result,
};

/// What is recorded of one task: a copy, which nothing changes later.
struct TaskRecord {
  TaskId id{};
  TaskId call{};       ///< of the first task of the same call: id - call is its place there
  std::string kernel;  ///< its name
  std::string label;   ///< empty: none
  std::string kind;    ///< balanced, direct, collective, nested, setup or once (not recalled)
  TaskStatus status = TaskStatus::pending;
  int run = 1;       ///< of the journal, counted from 1, in which it ended or was submitted
  EngineId engine;   ///< -1: none ran it yet
  std::string host;  ///< the engine's
  int attempt = 0;   ///< counted from 1; 0: none has ended
  std::optional<Time> submitted;
  std::optional<Time> started;
  std::optional<Time> completed;
  std::optional<Time> received;
  std::string error;            ///< of a task that failed, as a clause
  std::string out;              ///< what it wrote to stdout, where that is captured
  std::string err;              ///< the same of stderr
  std::optional<TaskId> again;  ///< the task that Client::resubmit made of it, the last one
  /// Its packed value, only if a query asks for it.
  std::optional<std::vector<std::byte>> result;

  /// Whether there is anything under this key.
  bool has(Key key) const;
};

/// Which records are asked for, and what of them. Conditions add up; each function returns the
/// query. Without any it means all tasks, with all that is known of them but their results.
class Query {
 public:
  /// Several calls: any of these.
  Query& status(TaskStatus status);
  Query& kernel(std::string name);
  Query& label(std::string label);
  Query& engine(EngineId engine);
  Query& host(std::string name);
  Query& run(int number);
  Query& in(std::vector<TaskId> ids);
  Query& not_in(std::vector<TaskId> ids);
  /// Where there is something under the key, or nothing.
  Query& with(Key key);
  Query& without(Key key);
  /// By a time: submitted, started, completed or received. A record that has none is not found.
  /// Throws std::invalid_argument for another key.
  Query& since(Key time, Time least);
  Query& before(Key time, Time end);
  Query& at(Key time, Time exact);
  /// Only these parts of a record, and its id; the others stay empty.
  Query& keys(const std::vector<Key>& keys);
  /// At most so many, the earliest.
  Query& limit(std::size_t most);

  bool matches(const TaskRecord& record) const;
  bool asks_for(Key key) const;
  /// Empties what the query does not ask for.
  void project(TaskRecord& record) const;
  std::size_t most() const { return most_; }
  /// The smallest and the largest id that it may find.
  std::pair<TaskId, TaskId> range() const;
  /// Whether it excludes this task by its id.
  bool excludes(TaskId id) const;

 private:
  enum class Compare : std::uint8_t { least, end, exact };
  struct TimeCondition {
    Key key;
    Compare compare;
    Time time;
  };
  Query& compare(Key time, Compare compare, Time with);

  std::vector<TaskStatus> statuses_;
  std::optional<std::string> kernel_;
  std::optional<std::string> label_;
  std::optional<EngineId> engine_;
  std::optional<std::string> host_;
  std::optional<int> run_;
  std::optional<std::vector<TaskId>> in_;  // sorted
  std::vector<TaskId> not_in_;             // sorted
  std::vector<Key> with_;
  std::vector<Key> without_;
  std::vector<TimeCondition> times_;
  std::optional<std::uint32_t> keys_;
  std::size_t most_ = ~std::size_t{0};
};

/// What the engines have to do, in tasks.
struct QueueStatus {
  struct Engine {
    EngineId engine;
    std::uint64_t queue = 0;      ///< of direct calls, the running ones included
    std::uint64_t tasks = 0;      ///< of load-balanced ones, the running ones included
    std::uint64_t completed = 0;  ///< that have ended there, well or not; each attempt counts
  };
  std::vector<Engine> engines;   ///< in the order of their ids
  std::uint64_t unassigned = 0;  ///< load-balanced tasks that no engine has yet
};

/// Hands over the records of a journal that match, in the order of their ids, one after the other.
/// The job that writes it may be running. Needs no farm. Throws JournalError.
void read_journal(const std::string& file, const Query& query,
                  const std::function<void(const TaskRecord&)>& take);

}  // namespace farm
