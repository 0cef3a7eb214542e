#pragma once

#include <functional>
#include <string>

#include "farm/records.hpp"

namespace farm::detail {

struct BatchHeader;

/// The records of the run, as the client asks for them. Calls may come from any thread of rank 0.
class RecordsPort {
 public:
  virtual ~RecordsPort() = default;

  /// Hands over what matches, in the order of ids.
  virtual void query(const Query& query, const std::function<void(TaskRecord&&)>& take) = 0;
  virtual QueueStatus queue_status() = 0;
  /// Throws std::out_of_range for a task that there is not, Error for one whose inputs are gone.
  virtual BatchHeader* resubmit(TaskId task) = 0;
  /// Forgets the records of tasks that have ended and match; returns how many.
  virtual std::uint64_t purge(const Query& query) = 0;
  /// A new stream of calls in a share, beside the share's own.
  virtual std::uint32_t new_stream(std::uint32_t share) = 0;
  /// How many items the n-th call of a stream had in earlier runs; 0 if it is not recorded.
  virtual std::uint64_t recorded_items(std::uint32_t share, std::uint32_t stream,
                                       std::uint64_t n) = 0;
  /// What this thread submits from now on has this label, unless its view has another one; until
  /// as many `unlabel`.
  virtual void label(std::string label) = 0;
  virtual void unlabel() = 0;
  /// A batch of one item that ends as the task does. Throws std::out_of_range for a task that there
  /// is not, Error for one whose result is gone.
  virtual BatchHeader* result(TaskId task) = 0;
};

}  // namespace farm::detail
