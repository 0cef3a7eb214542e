#include "farm/detail/stop_point.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "farm/detail/failure.hpp"
#include "farm/detail/thunk.hpp"
#include "farm/error.hpp"
#include "time/clock.hpp"
#include "time/wait.hpp"

namespace farm::detail {

namespace {

constexpr std::int64_t slice_ns = 1'000'000;
constexpr double longest_sleep = 1e9;  // seconds; more would overflow

bool is_interrupted(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Interrupted&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

void StopPoint::read_clock() { item_started_.store(time::Clock::now(), std::memory_order_relaxed); }

std::string StopPoint::reason() const {
  if (chunk_stopped()) return "was asked to stop";
  std::ostringstream text;
  text << "ran longer than its limit of " << static_cast<double>(limit_ns_) * 1e-9
       << " s and was asked to stop";
  return text.str();
}

void StopPoint::check() {
  if (requested()) throw Interrupted(reason());
}

void StopPoint::heed() {
  if (asked()) throw Interrupted(reason());
}

std::stop_token StopPoint::token() {
  std::unique_lock lock(mutex_);
  const std::uint64_t item = item_.load(std::memory_order_relaxed);
  if (!source_ || source_item_ != item) {
    source_.emplace();
    source_item_ = item;
    if (asked()) source_->request_stop();
  }
  return source_->get_token();
}

void StopPoint::sleep(Seconds duration) {
  check();
  if (!(duration.count() > 0)) return;
  auto left = static_cast<std::int64_t>(std::min(duration.count(), longest_sleep) * 1e9);
  if (ear_ == nullptr) {
    std::unique_lock lock(mutex_);
    time::wait(asked_now_, lock, left, [this] { return asked(); });
    lock.unlock();
    return check();
  }
  for (const std::int64_t end = time::Clock::now() + left; left > 0;
       left = end - time::Clock::now()) {
    time::sleep_ns(std::min(left, slice_ns));
    check();
  }
}

void StopPoint::explain(FailureRecord& record) const {
  if (!asked()) return;
  record.fault = chunk_stopped() ? Fault::interrupted : Fault::timeout;
  if (record.fault == Fault::timeout) record.type = "farm::TaskTimeout";
  const std::string why = reason();
  // What the kernel says of its own is kept.
  if (record.message != why) record.message = why + ": " + record.message;
}

StopPoint::State StopPoint::suspend() {
  const std::lock_guard lock(mutex_);
  State state;
  state.chunk = chunk_.load(std::memory_order_relaxed);
  state.item = item_.load(std::memory_order_relaxed);
  state.item_started = item_started_.load(std::memory_order_relaxed);
  state.limit_ns = limit_ns_;
  state.limit_asked_at = limit_asked_at_;
  state.suspended_at = limit_ns_ == 0 ? 0 : time::Clock::now();
  state.chunk_stopped = chunk_stopped();
  state.limit_passed = limit_passed();
  state.ear = ear_;
  state.source = std::exchange(source_, std::nullopt);
  state.source_item = source_item_;
  state.due = std::exchange(due_, std::nullopt);
  return state;
}

void StopPoint::resume(State&& state) {
  const std::lock_guard lock(mutex_);
  const std::int64_t aside = state.limit_ns == 0 ? 0 : time::Clock::now() - state.suspended_at;
  limit_ns_ = state.limit_ns;
  limit_asked_at_ = state.limit_asked_at + aside;
  ear_ = state.ear;
  if (state.chunk_stopped) stopped_chunk_.store(state.chunk, std::memory_order_relaxed);
  if (state.limit_passed) stopped_item_.store(state.item, std::memory_order_relaxed);
  source_ = std::move(state.source);
  source_item_ = state.source_item;
  due_ = std::move(state.due);
  chunk_.store(state.chunk, std::memory_order_relaxed);
  item_started_.store(state.item_started + aside, std::memory_order_relaxed);
  item_.store(state.item, std::memory_order_release);
}

// Under the lock, so that a kernel which makes a stop_source just now sees the request.
void StopPoint::wake() {
  if (source_ && source_item_ == item_.load(std::memory_order_relaxed)) due_ = source_;
  asked_now_.notify_all();
}

void StopPoint::stop_chunk() {
  const std::lock_guard lock(mutex_);
  stopped_chunk_.store(chunk_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  wake();
}

void StopPoint::watch(std::int64_t now) {
  if (limit_ns_ == 0) return;
  const std::uint64_t item = item_.load(std::memory_order_acquire);
  if (stopped_item_.load(std::memory_order_relaxed) == item) return;
  if (now - item_started_.load(std::memory_order_relaxed) < limit_ns_) return;
  const std::lock_guard lock(mutex_);
  stopped_item_.store(item, std::memory_order_relaxed);
  limit_asked_at_ = now;
  wake();
}

bool StopPoint::overdue(std::int64_t now, std::int64_t grace_ns) const {
  return limit_ns_ != 0 && limit_passed() && now - limit_asked_at_ >= grace_ns;
}

// Without the lock: what is called is the user's.
void StopPoint::notify() {
  std::optional<std::stop_source> due;
  {
    const std::lock_guard lock(mutex_);
    due.swap(due_);
  }
  if (due) due->request_stop();
}

// Only a kernel can give up, and only one that was asked: otherwise it is an error like any other.
void reply_exception(Call& call, Fault stage) {
  FailureRecord record = record_of(std::current_exception(), stage);
  if (stage == Fault::exception && is_interrupted(std::current_exception())) {
    call.engine.stop_point().explain(record);
  }
  reply_failure(call.replies, record);
}

void reply_aborted(ItemsBuilder& replies) {
  reply_failure(replies, {Fault::aborted, "farm::TaskAborted",
                          "the task was asked to stop before it started"});
}

}  // namespace farm::detail
