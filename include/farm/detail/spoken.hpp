#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "farm/bytes.hpp"
#include "farm/task_output.hpp"
#include "farm/task_progress.hpp"

namespace farm::detail {

struct BatchHeader;

/// A published value as it is known.
struct PublishedValue {
  bool there = false;
  std::uint64_t type = 0;  ///< type_mark
  Bytes value;
};

/// What tasks of a session have said while they ran.
class Spoken {
 public:
  /// Called under the session's lock; null: nobody watches.
  virtual void watch_output(std::function<void(const OutputPiece&)> watcher) = 0;
  virtual TaskOutput output(const BatchHeader& batch, std::uint64_t i) = 0;
  /// The items of which output is known, in order.
  virtual std::vector<std::uint64_t> items_with_output(const BatchHeader& batch) = 0;
  virtual PublishedValue published(const BatchHeader& batch, std::uint64_t i,
                                   std::string_view name) = 0;
  virtual TaskProgress task_progress(const BatchHeader& batch, std::uint64_t i) = 0;
  /// How much of the batch is done: ended items, and what the others say of themselves.
  virtual double fraction(const BatchHeader& batch) = 0;
  /// How often the item has published, and whether it has ended. Only for the condition of an
  /// await, which holds the lock.
  virtual std::uint64_t peek_version(const BatchHeader& batch, std::uint64_t i) const = 0;
  virtual bool peek_ended(const BatchHeader& batch, std::uint64_t i) const = 0;

 protected:
  ~Spoken() = default;
};

}  // namespace farm::detail
