#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "farm/types.hpp"

namespace farm {

/// What is known of one task. Times are set as they happen, by the clock of the hub's host:
/// submitted <= started <= completed <= received. Items that travelled in one chunk share its
/// times.
struct TaskInfo {
  TaskId id{};
  EngineId engine;   ///< -1 until the task is done
  std::string host;  ///< the engine's host
  int attempt = 0;   ///< counted from 1; 0 before the first
  std::optional<Time> submitted;
  std::optional<Time> started;
  std::optional<Time> completed;
  std::optional<Time> received;
  std::uint64_t in_chunk = 1;  ///< tasks that share these times

  /// completed - started of the chunk, divided by the tasks in it; zero before the end.
  Seconds run_time() const {
    if (!completed || !started) return Seconds{0};
    return Seconds{*completed - *started} / static_cast<double>(in_chunk);
  }
};

/// How one task ended: with a value or with an error.
template <class T>
class Outcome {
 public:
  /// std::monostate stands for the value of a kernel that returns nothing.
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  Outcome(std::size_t index, Value value, TaskInfo info)
      : index_(index), content_(std::in_place_index<0>, std::move(value)), info_(std::move(info)) {}
  Outcome(std::size_t index, std::exception_ptr error, TaskInfo info)
      : index_(index), content_(std::in_place_index<1>, std::move(error)), info_(std::move(info)) {}

  /// The item's position in its map; 0 for apply.
  std::size_t index() const { return index_; }
  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; throws the task's error if there is none.
  const Value& value() const& {
    rethrow_if_failed();
    return std::get<0>(content_);
  }
  Value value() && {
    rethrow_if_failed();
    return std::get<0>(std::move(content_));
  }
  /// The error; null if ok().
  std::exception_ptr error() const { return ok() ? nullptr : std::get<1>(content_); }
  const TaskInfo& info() const { return info_; }

 private:
  void rethrow_if_failed() const {
    if (!ok()) std::rethrow_exception(std::get<1>(content_));
  }

  std::size_t index_;
  std::variant<Value, std::exception_ptr> content_;
  TaskInfo info_;
};

}  // namespace farm
