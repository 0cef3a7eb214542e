#include "farm/result_handle.hpp"

#include <stdexcept>

#include "farm/error.hpp"

namespace farm {

namespace {

// A map in which everything fails must not fill the memory with exceptions.
constexpr std::size_t entries_kept = 1000;

constexpr double ns_per_second = 1e9;

Seconds seconds(std::int64_t ns) { return Seconds(static_cast<double>(ns) / ns_per_second); }

std::string what_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return exception.what();
  }
}

}  // namespace

detail::Deadline ResultHandle::deadline(Limit limit) const {
  return detail::deadline_after(session(), limit);
}

void ResultHandle::await_item(std::size_t i, detail::Deadline deadline) const {
  if (session().await_item(*batch_, i, deadline)) return;
  throw TimeoutError("item " + std::to_string(i) + " has not ended within the limit");
}

void ResultHandle::await_some(std::size_t k, detail::Deadline deadline) const {
  if (session().await_settled(*batch_, k, deadline)) return;
  throw TimeoutError(std::to_string(progress()) + " of " + std::to_string(size()) +
                     " tasks have ended within the limit");
}

void ResultHandle::await_all(detail::Deadline deadline) const { await_some(size(), deadline); }

bool ResultHandle::ready() const {
  if (progress() == size()) return true;
  session().poll();
  return progress() == size();
}

void ResultHandle::wait() const { await_all(std::nullopt); }

bool ResultHandle::wait(Seconds limit) const {
  return session().await_settled(*batch_, size(), deadline(limit));
}

bool ResultHandle::successful() const {
  if (!ready()) throw std::logic_error("successful() was asked before the tasks have ended");
  const detail::Progress progress = session().progress(*batch_);
  return progress.failed == 0 && progress.aborted == 0;
}

bool ResultHandle::sent() const {
  if (session().sent(*batch_)) return true;
  session().poll();
  return session().sent(*batch_);
}

void ResultHandle::wait_sent(Limit limit) const {
  if (session().await_sent(*batch_, deadline(limit))) return;
  throw TimeoutError("the engines have not taken the data within the limit");
}

std::size_t ResultHandle::progress() const { return session().progress(*batch_).settled; }

std::size_t ResultHandle::cancel() const { return session().cancel(*batch_); }

std::size_t ResultHandle::stop() const { return session().stop(*batch_); }

bool ResultHandle::cancelled() const { return session().progress(*batch_).aborted != 0; }

TaskInfo ResultHandle::info(std::size_t i) const {
  if (i >= size()) {
    throw std::out_of_range("item " + std::to_string(i) + " of " + std::to_string(size()));
  }
  return session().info(*batch_, i);
}

Seconds ResultHandle::elapsed() const {
  const bool over = ready();
  const detail::Spans spans = session().spans(*batch_);
  return seconds((over ? spans.last_received : session().now()) - spans.submitted);
}

std::optional<Seconds> ResultHandle::time_left() const {
  const std::optional<double> ns = session().time_left(*batch_);
  return ns ? std::optional(Seconds(*ns / ns_per_second)) : std::nullopt;
}

Seconds ResultHandle::wall_time() const {
  if (!ready()) throw std::logic_error("wall_time() was asked before the tasks have ended");
  const detail::Spans spans = session().spans(*batch_);
  return seconds(spans.last_received - spans.submitted);
}

Seconds ResultHandle::serial_time() const {
  if (!ready()) throw std::logic_error("serial_time() was asked before the tasks have ended");
  return seconds(session().spans(*batch_).serial);
}

std::exception_ptr ResultHandle::error_of(std::size_t i) const {
  return detail::error_of(batch_, i);
}

void ResultHandle::throw_failures() const {
  const detail::Progress progress = session().progress(*batch_);
  const std::size_t total = progress.failed + progress.aborted;
  if (total == 0) return;
  std::vector<CompositeError::Entry> entries;
  for (std::size_t i = 0; i < size() && entries.size() < std::min(total, entries_kept); ++i) {
    if (std::exception_ptr error = error_of(i)) {
      entries.push_back({i, error, what_of(error)});
    }
  }
  throw CompositeError(std::move(entries), total, size());
}

}  // namespace farm
