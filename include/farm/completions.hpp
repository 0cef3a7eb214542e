#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "farm/async_result.hpp"
#include "farm/wait.hpp"

namespace farm {

/// Handles of single tasks in order of completion, to which more can be added meanwhile: for a
/// driver that submits while it collects. Used by one thread of rank 0; must not outlive the
/// driver.
template <class T>
class Completions {
 public:
  /// The handle comes out of next() once its task has ended, at once if it has.
  void add(AsyncResult<T> handle) {
    queue_->watch(handle, added_, queue_);
    pending_.emplace(added_++, std::move(handle));
  }

  /// Handles that were added and have not come out.
  std::size_t size() const { return pending_.size(); }
  bool empty() const { return pending_.empty(); }

  /// The next one. Blocks until there is one, at most for `limit`; nothing if that passes, or if
  /// the queue is empty. Never throws a task's error.
  std::optional<AsyncResult<T>> next(Limit limit = std::nullopt) {
    if (pending_.empty()) return std::nullopt;
    detail::Session& session = pending_.begin()->second.batch().session();
    const auto position = queue_->take(session, detail::deadline_after(session, limit));
    if (!position) return std::nullopt;
    return std::move(pending_.extract(*position).mapped());
  }

 private:
  std::shared_ptr<detail::CompletionQueue> queue_ = std::make_shared<detail::CompletionQueue>();
  std::size_t added_ = 0;
  std::unordered_map<std::size_t, AsyncResult<T>> pending_;
};

}  // namespace farm
