#include "farm/wait.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "farm/error.hpp"

namespace farm {

namespace {

// What the callbacks of the handles have told so far; they may still come when the wait is over.
struct Tally {
  std::atomic<std::size_t> ended{0};
  std::atomic<std::size_t> failed{0};
};

bool failed(const ResultHandle& handle) {
  const detail::Progress progress = handle.batch().session().progress(*handle.batch());
  return progress.failed != 0 || progress.aborted != 0;
}

std::size_t foreign_ready(const std::vector<Waitable>& list) {
  return static_cast<std::size_t>(std::ranges::count_if(
      list, [](const Waitable& one) { return !one.is_handle() && one.foreign_ready(); }));
}

bool over(When when, std::size_t ended, std::size_t failures, std::size_t of) {
  if (ended == of) return true;
  if (when == When::first_completed) return ended > 0;
  return when == When::first_exception && failures > 0;
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
  const auto tally = std::make_shared<Tally>();
  const bool foreign = !std::ranges::all_of(list, &Waitable::is_handle);
  for (const Waitable& one : list) {
    if (!one.is_handle()) continue;
    session.on_done(*one.handle().batch(), detail::RunBy::anybody, [tally, handle = one.handle()] {
      if (failed(handle)) ++tally->failed;
      ++tally->ended;
    });
  }
  session.await(
      [&] {
        const std::size_t others = foreign ? foreign_ready(list) : 0;
        return over(when, tally->ended + others, tally->failed, list.size());
      },
      deadline);
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

std::size_t CompletionQueue::next(Session& session, Deadline deadline) {
  const auto some = [this] {
    const std::lock_guard lock(mutex_);
    return !done_.empty();
  };
  if (!session.await(some, deadline)) {
    throw TimeoutError("no further handle has ended within the limit");
  }
  const std::lock_guard lock(mutex_);
  const std::size_t position = done_.front();
  done_.pop_front();
  return position;
}

}  // namespace detail

}  // namespace farm
