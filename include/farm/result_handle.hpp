#pragma once

#include <exception>
#include <optional>
#include <stdexcept>

#include "farm/detail/publication.hpp"
#include "farm/detail/session.hpp"
#include "farm/detail/spoken.hpp"
#include "farm/name.hpp"
#include "farm/payload.hpp"

namespace farm {

/// No limit on a wait.
using Limit = std::optional<Seconds>;

/// What all results have in common: tasks that were submitted together, whatever they return.
/// Copies refer to the same tasks. Any thread of rank 0 may use a handle; those calls that wait
/// move the farm meanwhile. A handle must not outlive the driver. When the last handle goes, the
/// tasks still run; if one fails and nobody has looked, the run reports it at its end.
class ResultHandle {
 public:
  ResultHandle() = default;
  explicit ResultHandle(detail::BatchRef batch) : batch_(std::move(batch)) {}

  /// Number of items: 1 for apply, the inputs of a map, the targets of a direct call.
  std::size_t size() const { return batch_ ? batch_->count : 0; }

  /// Whether every item has ended, one way or another. Never blocks.
  bool ready() const;
  /// Blocks until ready(). Never throws a task's error.
  void wait() const;
  /// Blocks until ready() or for `limit`; returns ready(). Throws std::invalid_argument if the
  /// limit is negative.
  bool wait(Seconds limit) const;
  /// Whether all items ended with a value. Throws std::logic_error before ready().
  bool successful() const;

  /// Whether memory of the caller's that the call refers to is not needed any more: see DirectView.
  /// At once true for calls that refer to none. Never blocks.
  bool sent() const;
  /// Blocks until sent(). Throws TimeoutError if the limit passes.
  void wait_sent(Limit limit = std::nullopt) const;

  /// Number of items that have ended.
  std::size_t progress() const;
  /// Cancels the items that have not left the hub; what runs goes on. Returns how many were
  /// cancelled; their get() throws TaskAborted.
  std::size_t cancel() const;
  /// Cancels the same, and asks what runs to stop: a kernel that looks (Engine::stop_requested)
  /// ends early, its get() throws Interrupted; one that does not look goes on to its end. Returns
  /// how many tasks that concerns.
  std::size_t stop() const;
  /// Whether some item was cancelled.
  bool cancelled() const;

  /// Metadata of item i. Throws std::out_of_range. Never blocks.
  TaskInfo info(std::size_t i = 0) const;

  /// From submission until now, or until the last result was received.
  Seconds elapsed() const;
  /// Until the last item ends, if its engines run nothing else: from the measured run times of the
  /// kernel, or the costs that were given. Nothing as long as none has been measured, and for
  /// direct calls. Never blocks.
  std::optional<Seconds> time_left() const;
  /// From submission to the reception of the last result. Throws std::logic_error before ready().
  Seconds wall_time() const;
  /// Sum of the run times of all tasks. Throws std::logic_error before ready().
  Seconds serial_time() const;

  /// What item i has written to stdout and stderr until now, where --farm-output captures it. Never
  /// blocks; complete when the item has ended. Throws std::out_of_range.
  TaskOutput output(std::size_t i = 0) const;
  /// Writes the outputs of all items, each under a line that says whose it is; nothing for streams
  /// that are empty.
  void display_outputs(std::ostream& to, GroupBy by = GroupBy::order) const;

  /// The last value that item i has published, which may still run; nothing as long as there is
  /// none. If it is tried again, the value stays until it publishes anew. The run keeps 64 MiB of
  /// published values: beyond that those of the oldest tasks go. Throws farm::Error if the value is
  /// of another type. Never blocks.
  template <class T>
  std::optional<T> published(std::size_t i = 0) const {
    return published_as<T>({}, i);
  }
  /// The same under a name.
  template <class T>
  std::optional<T> published(const Name<T>& name, std::size_t i = 0) const {
    return published_as<T>(name.text(), i);
  }
  /// How often item i has published, progress included; grows also with values that were replaced
  /// before they could be seen. Never blocks.
  std::uint64_t published_count(std::size_t i = 0) const;
  /// Blocks until published_count(i) is more than `seen`, the item has ended, or the limit passes.
  /// Returns published_count(i).
  std::uint64_t wait_published(std::uint64_t seen, std::size_t i = 0,
                               Limit limit = std::nullopt) const;
  /// What item i says of its progress; 1 if it has ended with a value and never said anything.
  /// Never blocks.
  TaskProgress task_progress(std::size_t i = 0) const;
  /// The part of the whole that is done, from 0 to 1: items that have ended, and what the others
  /// say of their progress. Never blocks.
  double fraction() const;

  /// Blocks until ready(); shows on stderr how far it is: a bar on a terminal, otherwise a line
  /// every `interval`. Throws std::invalid_argument if that is not positive.
  void wait_interactive(Seconds interval = Seconds{10}) const;

  /// For the library: the tasks behind the handle.
  const detail::BatchRef& batch() const { return batch_; }

 protected:
  detail::Session& session() const {
    if (!batch_) throw std::logic_error("this handle belongs to no task");
    return batch_.session();
  }
  void check_index(std::size_t i) const;
  detail::PublishedValue published_bytes(std::string_view name, std::size_t i) const;
  template <class T>
  std::optional<T> published_as(std::string_view name, std::size_t i) const {
    const detail::PublishedValue value = published_bytes(name, i);
    if (!value.there) return std::nullopt;
    if (value.type != detail::type_mark<T>()) {
      throw Error("what item " + std::to_string(i) + " publishes is of another type");
    }
    Reader reader(value.value.span());
    return unpack<T>(reader);
  }
  detail::Deadline deadline(Limit limit) const;
  /// Blocks until item i has ended; throws TimeoutError.
  void await_item(std::size_t i, detail::Deadline deadline) const;
  /// Blocks until the whole has ended; throws TimeoutError.
  void await_all(detail::Deadline deadline) const;
  /// Blocks until k items have ended; throws TimeoutError.
  void await_some(std::size_t k, detail::Deadline deadline) const;
  /// The error of item i; null if it has a value. Only for an item that has ended.
  std::exception_ptr error_of(std::size_t i) const;
  /// Throws the CompositeError of all failures, if there is one.
  void throw_failures() const;

  detail::BatchRef batch_;
};

}  // namespace farm
