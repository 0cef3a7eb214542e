#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/child.hpp"
#include "farm/detail/session.hpp"
#include "time/clock.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// What a session needs of the serve loop that it lives in. Only called by the thread that serves.
class Loop {
 public:
  /// From a call of enter() to the one of leave() that belongs to it the transport is the session's
  /// alone: nobody else reads it for a kernel that runs. They may be nested.
  virtual void enter() = 0;
  virtual void leave() = 0;
  virtual Buffer buffer() = 0;
  virtual void send(Buffer frame) = 0;
  /// Takes what has arrived, and puts aside what would run something.
  virtual bool hear() = 0;
  /// The same, or runs something: a chunk of at least this depth or a part of a direct call.
  virtual bool help(std::uint32_t depth) = 0;
  /// Throws farm::Interrupted if the task that runs was asked to stop.
  virtual void check_stop() = 0;
  /// Whether it is in the middle of something for which other engines and the hub wait.
  virtual bool held_up() const = 0;

 protected:
  ~Loop() = default;
};

/// The farm as a kernel sees it that submits tasks: they travel to the hub as those of the driver
/// do, and their results come back here. While the kernel waits, the engine works: it runs tasks
/// that are deeper than the kernel's own, on top of its stack.
///
/// Used by the thread that runs the kernels, while one runs; another one gets farm::Error. Handles
/// that are left over when the run ends may go at any time.
class EngineSession final : public detail::Session {
 public:
  /// The chunk that runs.
  struct Running {
    std::uint32_t ticket = 0;
    std::uint32_t depth = 0;
    bool together = false;  ///< it may talk to other engines, which then do nothing else
    bool any = false;       ///< a kernel runs
  };

  EngineSession(Loop& loop, std::vector<EngineInfo> engines, TaskOptions defaults,
                time::Silence silence);
  ~EngineSession() override;

  /// A chunk begins; returns the one that it interrupts.
  Running begin(const wire::Tasks& tasks);
  /// Its kernel has ended. Returns when the hub has counted all that it submitted.
  void end(const Running& interrupted);
  /// Takes a frame that is for the session; false if it is not.
  bool take(wire::Kind kind, std::span<const std::byte> frame);
  /// The serve loop ends.
  void close();

  detail::BatchHeader* submit(detail::Submission&& submission) override;
  detail::BatchHeader* submit_direct(detail::Submission&&, std::vector<detail::Share>,
                                     bool) override;
  detail::BatchHeader* submit_collective(detail::Collective&&) override;
  detail::BatchHeader* promise(std::uint64_t count, std::size_t result_size) override;
  void settle(detail::BatchHeader& batch, std::uint64_t i, detail::Settled result,
              const TaskInfo& info) override;
  bool sent(const detail::BatchHeader&) override { return true; }
  bool await_sent(const detail::BatchHeader&, detail::Deadline) override { return true; }
  void drop(detail::BatchHeader& batch) noexcept override;
  bool await_item(detail::BatchHeader& batch, std::uint64_t i, detail::Deadline deadline) override;
  bool await_settled(detail::BatchHeader& batch, std::uint64_t k,
                     detail::Deadline deadline) override;
  bool await(const std::function<bool()>& done, detail::Deadline deadline) override;
  bool await_idle(detail::Deadline deadline) override;
  void poll() override;
  detail::Progress progress(const detail::BatchHeader& batch) override;
  detail::Progress peek(const detail::BatchHeader& batch) const override;
  detail::Spans spans(const detail::BatchHeader& batch) override;
  std::uint64_t settled_prefix(detail::BatchHeader& batch) override;
  std::uint64_t completed(detail::BatchHeader& batch, std::uint64_t k) override;
  detail::Settled read(detail::BatchHeader& batch, std::uint64_t i) override;
  detail::Settled await_read(detail::BatchHeader& batch, std::uint64_t i,
                             detail::Deadline deadline) override;
  std::optional<std::span<const std::byte>> read_all(detail::BatchHeader& batch) override;
  TaskInfo info(const detail::BatchHeader& batch, std::uint64_t i) override;
  const detail::KernelEntry* kernel(const detail::BatchHeader& batch) override;
  std::uint64_t cancel(detail::BatchHeader& batch) override;
  std::uint64_t cancel_share(std::uint32_t share) override;
  bool cancel_task(TaskId task) override;
  std::uint64_t stop(detail::BatchHeader& batch) override;
  std::uint64_t stop_share(std::uint32_t share) override;
  std::uint64_t stop_all() override;
  std::string explain(TaskId task) override;
  std::optional<double> time_left(const detail::BatchHeader&) override { return std::nullopt; }
  void break_share(std::uint32_t share) override;
  void on_done(detail::BatchHeader& batch, detail::RunBy by, std::function<void()> f) override;
  std::shared_ptr<const detail::Route> new_route(
      TaskOptions options, std::uint32_t share, std::uint32_t setup,
      std::shared_ptr<const detail::Requirement> requirement) override;
  std::uint32_t new_share() override { return 0; }
  std::uint32_t new_setup() override;
  std::uint64_t outstanding() override;
  const TaskOptions& default_options() const override { return defaults_; }
  std::shared_ptr<const std::vector<EngineInfo>> engines() const override { return engines_; }
  bool on_terminal() const override { return false; }
  std::int64_t now() const override { return time::Clock::now(); }

 private:
  class Entry;
  class Word;

  template <class Done>
  bool pump_until(Done&& done, detail::Deadline deadline, const Child* child);
  template <class Done>
  void hear_until(Done&& done);
  void check_thread() const;
  void check_wait(const Child* child) const;
  void check_stack() const;
  void say(std::uint32_t depth);
  template <class Header>
  void tell(const Header& header);
  void receive(const wire::Frame<wire::Settled>& settled);
  void complete(Child& child);
  void run_due();
  void release(Child& child);
  void forget_abandoned();
  std::uint64_t cancel(Child& child, bool stop);
  Child* find(std::uint32_t number);
  std::uint32_t number_of(const std::shared_ptr<detail::Common>& common);

  Loop* loop_;  // null: closed
  std::shared_ptr<const std::vector<EngineInfo>> engines_;
  TaskOptions defaults_;
  time::Silence silence_;
  time::Clock clock_;
  std::thread::id thread_;
  Running running_;
  std::uint32_t said_ = 0;  // the depth that the hub knows
  std::uint32_t turn_ = 0;
  std::uint32_t last_number_ = 0;
  // Common arguments by the numbers that they have between this engine and the hub. Not their own:
  // a single process has the driver's, too.
  std::map<std::weak_ptr<detail::Common>, std::uint32_t, std::owner_less<>> commons_;
  std::uint32_t last_common_ = 0;
  std::uint64_t routes_ = 0;
  std::uint64_t unaccepted_ = 0;
  std::unordered_map<std::uint32_t, Child*> children_;  // that the hub knows
  std::unordered_map<int, std::string> hosts_;          // of engines that results came from
  std::deque<std::function<void()>> due_;

  std::mutex abandoned_mutex_;
  std::atomic<bool> any_abandoned_{false};
  std::vector<Child*> abandoned_;  // handles that went in other threads
};

}  // namespace farm::engine
