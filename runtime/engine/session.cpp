#include "engine/session.hpp"

#include <algorithm>
#include <utility>

#include "engine/stack.hpp"
#include "farm/error.hpp"

namespace farm::engine {

namespace {

Child& own(detail::BatchHeader& header) { return static_cast<Child&>(header); }

}  // namespace

/// A call of the kernel's into the session.
class EngineSession::Entry {
 public:
  explicit Entry(EngineSession& session) : session_(&session) {
    session.check_thread();
    session.loop_->enter();
    if (session.any_abandoned_.load(std::memory_order_relaxed)) session.forget_abandoned();
  }
  ~Entry() { session_->loop_->leave(); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

 private:
  EngineSession* session_;
};

/// While it lives the hub knows that the kernel waits.
class EngineSession::Word {
 public:
  explicit Word(EngineSession& session) : session_(&session), before_(session.said_) {
    session.say(session.running_.depth + 1);
  }
  ~Word() { session_->say(before_); }
  Word(const Word&) = delete;
  Word& operator=(const Word&) = delete;

 private:
  EngineSession* session_;
  std::uint32_t before_;
};

EngineSession::EngineSession(Loop& loop, std::vector<EngineInfo> engines, TaskOptions defaults,
                             time::Silence silence)
    : loop_(&loop),
      engines_(std::make_shared<const std::vector<EngineInfo>>(std::move(engines))),
      defaults_(std::move(defaults)),
      silence_(silence) {}

EngineSession::~EngineSession() {
  for (Child* child : abandoned_) delete child;
}

void EngineSession::close() {
  due_.clear();
  loop_ = nullptr;
}

EngineSession::Running EngineSession::begin(const wire::Tasks& tasks) {
  // Written once: other threads compare theirs.
  if (thread_ == std::thread::id()) thread_ = std::this_thread::get_id();
  Running now;
  now.ticket = tasks.ticket;
  // A direct call on top of a kernel that waits counts as a task for which that waits.
  now.depth = tasks.depth == wire::any_depth ? said_ : tasks.depth;
  now.together = tasks.group != 0 && tasks.group != wire::alone;
  now.any = true;
  return std::exchange(running_, now);
}

void EngineSession::end(const Running& interrupted) {
  if (unaccepted_ != 0) {
    hear_until([this] { return unaccepted_ == 0; });
  }
  running_ = interrupted;
}

void EngineSession::check_thread() const {
  if (loop_ == nullptr || !running_.any) {
    throw Error("tasks of a kernel can be submitted and waited for only while a kernel runs");
  }
  if (thread_ != std::this_thread::get_id()) {
    throw Error(
        "tasks of a kernel can be submitted and waited for only in the thread that runs the "
        "kernel: gather in that one what the kernel's other threads want done");
  }
}

void EngineSession::check_wait(const Child* child) const {
  if (running_.together) {
    throw Error(
        "a kernel that several engines run together cannot wait for tasks, because the other "
        "engines may be waiting for this one: farm the kernel out as a load-balanced task, or "
        "apply it to a single engine");
  }
  if (child != nullptr && child->number != 0 && child->depth <= running_.depth) {
    throw Error("a task can wait only for tasks that it has submitted itself");
  }
  check_stack();
}

void EngineSession::check_stack() const {
  if (stack_left() >= stack_needed()) return;
  throw Error("tasks that wait for tasks are nested too deep: one that is " +
              std::to_string(running_.depth) + " levels below the driver's has only " +
              std::to_string(stack_left() / 1024) +
              " KiB of its engine's stack left. End the recursion at a larger size, or raise the "
              "limit of the stack (ulimit -s)");
}

void EngineSession::say(std::uint32_t depth) {
  if (std::exchange(said_, depth) != depth) tell(wire::Waits{++turn_, depth});
}

template <class Header>
void EngineSession::tell(const Header& header) {
  Buffer frame = loop_->buffer();
  wire::encode(frame, header);
  loop_->send(std::move(frame));
}

// Waits for a word of the hub, and runs nothing meanwhile.
template <class Done>
void EngineSession::hear_until(Done&& done) {
  time::Idle idle(silence_);
  while (!done()) loop_->hear() ? idle.reset() : idle.pause();
}

template <class Done>
bool EngineSession::pump_until(Done&& done, detail::Deadline deadline, const Child* child) {
  const Entry entry(*this);
  run_due();
  if (done()) return true;
  loop_->hear();
  run_due();
  if (done() && !loop_->held_up()) return true;
  check_wait(child);
  const Word word(*this);
  time::Idle idle(silence_);
  for (std::uint32_t round = 0;; ++round) {
    run_due();
    // Other engines and the hub have been told that this one takes part.
    const bool free = !loop_->held_up();
    if (free && done()) return true;
    if (free) loop_->check_stop();
    const bool busy = loop_->help(running_.depth + 1);
    if (busy) {
      idle.reset();
    } else {
      idle.pause();
    }
    // While there is work the clock is read now and then only.
    if (free && deadline && (!busy || round % 64 == 0) && time::Clock::now() >= *deadline) {
      return done();
    }
  }
}

bool EngineSession::await_item(detail::BatchHeader& batch, std::uint64_t i,
                               detail::Deadline deadline) {
  const Child& mine = own(batch);
  return pump_until([&] { return mine.results && mine.results->settled(i); }, deadline, &mine);
}

detail::Settled EngineSession::await_read(detail::BatchHeader& batch, std::uint64_t i,
                                          detail::Deadline deadline) {
  return await_item(batch, i, deadline) ? read(batch, i) : detail::Settled();
}

bool EngineSession::await_settled(detail::BatchHeader& batch, std::uint64_t k,
                                  detail::Deadline deadline) {
  const Child& mine = own(batch);
  return pump_until([&] { return k == 0 || peek(mine).settled >= k; }, deadline, &mine);
}

bool EngineSession::await(const std::function<bool()>& done, detail::Deadline deadline) {
  return pump_until(done, deadline, nullptr);
}

void EngineSession::poll() {
  const Entry entry(*this);
  loop_->hear();
  run_due();
}

void EngineSession::run_due() {
  while (!due_.empty()) {
    const std::function<void()> run = std::move(due_.front());
    due_.pop_front();
    run();
  }
}

std::uint64_t EngineSession::cancel(Child& child, bool stop) {
  if (child.number == 0 || child.settled()) return 0;
  const Entry entry(*this);
  hear_until([&] { return child.accepted; });
  child.cancelled.reset();
  tell(wire::Cancel{stop, child.number});
  hear_until([&] { return child.cancelled.has_value(); });
  run_due();
  return *child.cancelled;
}

std::uint64_t EngineSession::cancel(detail::BatchHeader& batch) {
  return cancel(own(batch), false);
}

std::uint64_t EngineSession::stop(detail::BatchHeader& batch) { return cancel(own(batch), true); }

void EngineSession::on_done(detail::BatchHeader& batch, detail::RunBy, std::function<void()> f) {
  check_thread();
  Child& child = own(batch);
  if (child.settled()) {
    due_.push_back(std::move(f));
  } else {
    child.made_results().callbacks.push_back({detail::RunBy::anybody, std::move(f)});
  }
}

void EngineSession::drop(detail::BatchHeader& batch) noexcept {
  Child& child = own(batch);
  if (loop_ == nullptr || child.number == 0) {
    delete &child;
  } else if (thread_ == std::this_thread::get_id()) {
    loop_->enter();
    release(child);
    loop_->leave();
  } else {
    const std::lock_guard lock(abandoned_mutex_);
    abandoned_.push_back(&child);
    any_abandoned_ = true;
  }
}

void EngineSession::forget_abandoned() {
  const std::lock_guard lock(abandoned_mutex_);
  for (Child* child : std::exchange(abandoned_, {})) release(*child);
  any_abandoned_ = false;
}

void EngineSession::release(Child& child) {
  child.dropped = true;
  if (!child.accepted) return;
  tell(wire::Release{child.noticed, child.number});
  children_.erase(child.number);
  delete &child;
}

}  // namespace farm::engine
