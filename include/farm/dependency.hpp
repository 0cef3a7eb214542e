#pragma once

#include <concepts>
#include <ranges>
#include <type_traits>

#include "farm/error.hpp"
#include "farm/result_handle.hpp"

namespace farm {

/// What a task waits for; made by `all_of` and `any_of`, or of one handle: `.after = mesh`.
///
/// It may name anything that has a handle: tasks, maps, direct calls, continuations. A map stands
/// for all of its items: all_of(map) waits for every one of them, any_of(map) for the first. So do
/// direct calls with several engines. A TaskId stands for one task, also where its handle is gone.
///
/// It is met by tasks that end with a value (the default), without one, or either way. As soon as
/// it can no more be met, the tasks that wait fail with ImpossibleDependency, and what waits for
/// those fails, too. A dependency on nothing (an empty list) is met.
///
/// A dependency keeps what it names as a handle does. Only what was submitted can be named, so
/// there are no cycles.
class Dependency {
 public:
  Dependency() = default;
  // NOLINTBEGIN(google-explicit-constructor): one handle is a dependency.
  Dependency(const ResultHandle& handle) { add(handle); }
  Dependency(TaskId task) { add(task); }
  template <std::ranges::input_range Tasks>
  requires std::derived_from<std::ranges::range_value_t<Tasks>, ResultHandle> ||
      std::same_as<std::ranges::range_value_t<Tasks>, TaskId>
      Dependency(const Tasks& tasks) {
    add(tasks);
  }
  // NOLINTEND(google-explicit-constructor)

  /// Met by tasks that end with a value.
  Dependency on_success() const { return on(true, false); }
  /// Met by tasks that end without: they failed, were cancelled, or could not run.
  Dependency on_failure() const { return on(false, true); }
  /// Met by tasks that end.
  Dependency on_completion() const { return on(true, true); }
  /// Throws InvalidDependency if both are false.
  Dependency on(bool success, bool failure) const {
    if (!success && !failure) {
      throw InvalidDependency(
          "a dependency is met by success, by failure or by both, not by neither");
    }
    Dependency changed = *this;
    changed.what_.success = success;
    changed.what_.failure = failure;
    return changed;
  }

  bool empty() const { return what_.empty(); }
  /// For the library.
  const detail::Dependency& what() const { return what_; }

 private:
  template <class... Tasks>
  friend Dependency all_of(const Tasks&... tasks);
  template <class... Tasks>
  friend Dependency any_of(const Tasks&... tasks);

  void add(const ResultHandle& handle) {
    if (!handle.batch()) {
      throw InvalidDependency("a dependency names a handle that belongs to no task");
    }
    what_.batches.push_back(handle.batch());
  }
  void add(TaskId task) { what_.ids.push_back(task); }
  template <std::ranges::input_range Tasks>
  requires(!std::derived_from<Tasks, ResultHandle>) void add(const Tasks& tasks) {
    for (const auto& task : tasks) add(task);
  }

  detail::Dependency what_;
};

/// All of them must end as asked (with a value, if nothing else is said). Arguments are handles,
/// TaskIds, and ranges of either. Throws InvalidDependency for a handle of no task.
template <class... Tasks>
Dependency all_of(const Tasks&... tasks) {
  Dependency dependency;
  (dependency.add(tasks), ...);
  return dependency;
}

/// One of them must end as asked. It can no more be met when all have ended otherwise.
template <class... Tasks>
Dependency any_of(const Tasks&... tasks) {
  Dependency dependency;
  (dependency.add(tasks), ...);
  dependency.what_.any = true;
  return dependency;
}

}  // namespace farm
