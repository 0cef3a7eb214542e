#include "farm/wait.hpp"

#include <algorithm>
#include <stdexcept>

#include "farm/error.hpp"

namespace farm {

namespace {

struct Ends {
  std::size_t ended = 0;
  std::size_t failed = 0;
};

// Looked at under the session's lock.
Ends count_ends(const std::vector<Waitable>& list) {
  Ends ends;
  for (const Waitable& one : list) {
    if (!one.is_handle()) {
      ends.ended += one.foreign_ready() ? 1 : 0;
      continue;
    }
    const detail::BatchRef& batch = one.handle().batch();
    const detail::Progress progress = batch.session().peek(*batch);
    if (progress.settled != batch->count) continue;
    ++ends.ended;
    if (progress.failed != 0 || progress.aborted != 0) ++ends.failed;
  }
  return ends;
}

bool over(When when, const Ends& ends, std::size_t of) {
  if (ends.ended == of) return true;
  if (when == When::first_completed) return ends.ended > 0;
  return when == When::first_exception && ends.failed > 0;
}

}  // namespace

Waited wait(const std::vector<Waitable>& list, When when, Limit limit) {
  const auto first = std::ranges::find_if(list, &Waitable::is_handle);
  if (!list.empty() && first == list.end()) {
    throw std::invalid_argument("farm::wait needs at least one handle of the farm in its list");
  }
  Waited waited;
  if (list.empty()) return waited;

  detail::Session& session = first->handle().batch().session();
  const detail::Deadline deadline = detail::deadline_after(session, limit);
  if (when == When::all_completed) {
    // One after the other: each is looked at once.
    for (const Waitable& one : list) {
      const auto ended = [&one] { return count_ends({one}).ended == 1; };
      if (!session.await(ended, deadline)) break;
    }
  } else {
    session.await([&] { return over(when, count_ends(list), list.size()); }, deadline);
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool done = list[i].is_handle() ? list[i].handle().progress() == list[i].handle().size()
                                          : list[i].foreign_ready();
    (done ? waited.done : waited.pending).push_back(i);
  }
  return waited;
}

namespace detail {

void CompletionQueue::watch(const ResultHandle& handle, std::size_t position,
                            const std::shared_ptr<CompletionQueue>& self) {
  handle.batch().session().on_done(*handle.batch(), RunBy::anybody, [self, position] {
    const std::lock_guard lock(self->mutex_);
    self->done_.push_back(position);
  });
}

bool CompletionQueue::await(std::size_t count, Session& session, Deadline deadline) {
  const auto there = [this, count] {
    const std::lock_guard lock(mutex_);
    return done_.size() >= count;
  };
  return session.await(there, deadline);
}

std::size_t CompletionQueue::at(std::size_t k, Session& session, Deadline deadline) {
  if (!await(k + 1, session, deadline)) {
    throw TimeoutError("no further handle has ended within the limit");
  }
  const std::lock_guard lock(mutex_);
  return done_[k];
}

std::optional<std::size_t> CompletionQueue::take(Session& session, Deadline deadline) {
  if (!await(1, session, deadline)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const std::size_t position = done_.front();
  done_.pop_front();
  return position;
}

}  // namespace detail

}  // namespace farm
