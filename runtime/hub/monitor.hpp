#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "farm/detail/session.hpp"
#include "farm/detail/spoken.hpp"
#include "hub/hub.hpp"
#include "hub/losses.hpp"
#include "time/clock.hpp"

namespace farm::hub {

struct MonitorOptions {
  /// Whether a thread moves the farm while nobody waits in the library. Needs a transport that may
  /// be used by several threads, one at a time.
  bool progress_thread = true;
  /// How a waiting thread waits.
  time::Silence silence = time::Silence::spin;
  /// Options of views that set none.
  TaskOptions defaults;
  /// Whether stderr is looked at by a person.
  bool terminal = false;
  /// Who says that an engine is gone.
  Losses losses = {};
};

/// The hub as a monitor: one lock around it. Whoever waits moves the farm meanwhile; while nobody
/// does, a progress thread does, so that a driver that computes for an hour does not starve the
/// engines.
class Monitor : public detail::Session, private detail::Spoken, private detail::RecordsPort {
 public:
  Monitor(Hub& hub, MonitorOptions options);
  /// Stops the progress thread.
  ~Monitor() override;

  detail::BatchHeader* submit(detail::Submission&& submission) override;
  detail::BatchHeader* submit_direct(detail::Submission&& submission,
                                     std::vector<detail::Share> shares, bool together) override;
  detail::BatchHeader* submit_collective(detail::Collective&& collective) override;
  detail::BatchHeader* promise(std::uint64_t count, std::size_t result_size) override;
  void settle(detail::BatchHeader& batch, std::uint64_t i, detail::Settled result,
              const TaskInfo& info) override;
  bool sent(const detail::BatchHeader& batch) override;
  bool await_sent(const detail::BatchHeader& batch, detail::Deadline deadline) override;
  void drop(detail::BatchHeader& batch) noexcept override;
  bool await_item(detail::BatchHeader& batch, std::uint64_t i, detail::Deadline deadline) override;
  bool await_settled(detail::BatchHeader& batch, std::uint64_t k,
                     detail::Deadline deadline) override;
  bool await(const std::function<bool()>& done, detail::Deadline deadline) override;
  bool await_idle(detail::Deadline deadline) override;
  void poll() override;
  detail::Progress peek(const detail::BatchHeader& batch) const override;
  detail::Progress progress(const detail::BatchHeader& batch) override;
  detail::Spans spans(const detail::BatchHeader& batch) override;
  std::uint64_t settled_prefix(detail::BatchHeader& batch) override;
  std::uint64_t completed(detail::BatchHeader& batch, std::uint64_t k) override;
  detail::Settled await_read(detail::BatchHeader& batch, std::uint64_t i,
                             detail::Deadline deadline) override;
  detail::Settled read(detail::BatchHeader& batch, std::uint64_t i) override;
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
  std::optional<double> time_left(const detail::BatchHeader& batch) override;
  void break_share(std::uint32_t share) override;
  void on_done(detail::BatchHeader& batch, detail::RunBy by, std::function<void()> f) override;
  std::shared_ptr<const detail::Route> new_route(
      TaskOptions options, std::uint32_t share, std::uint32_t setup,
      std::shared_ptr<const detail::Requirement> requirement) override;
  detail::RecordsPort* records() override { return this; }
  std::uint32_t new_share() override { return ++shares_; }
  std::uint32_t new_setup() override { return ++setups_; }
  const TaskOptions& default_options() const override { return options_.defaults; }
  std::shared_ptr<const std::vector<EngineInfo>> engines() const override;
  std::string obituary(EngineId engine) override;
  bool on_terminal() const override { return options_.terminal; }
  std::uint64_t outstanding() override;
  std::int64_t now() const override { return time::Clock::now(); }
  detail::Spoken* spoken() override { return this; }

  /// Counts of the run, if the lock is free within the limit; for a last word before a sudden end.
  std::optional<Totals> totals_within(std::int64_t limit_ns);
  /// Whether somebody waits, up to the end that finish_by names or for longer, although nothing
  /// will happen before it, and this was so when it was asked before. False if the lock is not free
  /// within the limit.
  bool waits_in_vain(std::int64_t limit_ns);
  /// The engine is gone; see Hub::lose.
  void lose(EngineId engine, const std::string& why);
  /// Cancels what has not left the hub, whoever submitted it.
  void cancel_all();
  /// See Hub: in monitor_draining.cpp.
  void finish_by(detail::Deadline deadline);
  void hold();
  void let_go();
  void reopen();
  /// Ends the farm for good, within about `limit_ns`: what runs is asked to stop, and the engines
  /// to leave. Whoever calls it from then on waits for the end of the process. `say` hears the
  /// counts, and how many tasks were outstanding before, and `leave` whether all engines have been
  /// told; that ends the process.
  [[noreturn]] void end(std::int64_t limit_ns,
                        const std::function<void(const Totals&, std::uint64_t)>& say,
                        const std::function<void(bool)>& leave);
  /// Ends the progress thread.
  void stop_progress();
  /// Tells the engines to leave and waits until they have been told.
  void quit();

 private:
  // What tasks have said, in monitor_spoken.cpp.
  void watch_output(std::function<void(const OutputPiece&)> watcher) override;
  TaskOutput output(const detail::BatchHeader& batch, std::uint64_t i) override;
  std::vector<std::uint64_t> items_with_output(const detail::BatchHeader& batch) override;
  detail::PublishedValue published(const detail::BatchHeader& batch, std::uint64_t i,
                                   std::string_view name) override;
  TaskProgress task_progress(const detail::BatchHeader& batch, std::uint64_t i) override;
  double fraction(const detail::BatchHeader& batch) override;
  std::uint64_t peek_version(const detail::BatchHeader& batch, std::uint64_t i) const override;
  bool peek_ended(const detail::BatchHeader& batch, std::uint64_t i) const override;

  // The lock as a caller takes it: with a word to whoever pumps, who then lets go.
  class Entry {
   public:
    explicit Entry(Monitor& monitor) : lock(monitor.mutex_, std::try_to_lock) {
      if (lock.owns_lock()) return;
      monitor.contenders_.fetch_add(1, std::memory_order_relaxed);
      lock.lock();
      monitor.contenders_.fetch_sub(1, std::memory_order_relaxed);
    }

    std::unique_lock<std::mutex> lock;
  };

  // What makes two views one route.
  struct RouteKey {
    TaskOptions options;
    std::uint32_t share = 0;
    std::uint32_t setup = 0;
    std::shared_ptr<const detail::Requirement> requirement;

    friend bool operator==(const RouteKey&, const RouteKey&) = default;
  };
  struct RouteHash {
    std::size_t operator()(const RouteKey& key) const;
  };

  void query(const Query& query, const std::function<void(TaskRecord&&)>& take) override;
  QueueStatus queue_status() override;
  detail::BatchHeader* resubmit(TaskId task) override;
  std::uint64_t purge(const Query& query) override;
  std::uint32_t new_stream(std::uint32_t share) override;
  std::uint64_t recorded_items(std::uint32_t share, std::uint32_t stream, std::uint64_t n) override;
  void label(std::string label) override;
  void unlabel() override;
  detail::BatchHeader* result(TaskId task) override;
  detail::BatchHeader* result_on_record(TaskId task);

  std::uint64_t route_id(const detail::Route& route);
  std::uint32_t profile_of(const TaskOptions& options);
  void apply_label(detail::Submission& submission);
  static detail::Settled read_settled(Batch& batch, std::uint64_t i);
  template <class Done>
  bool pump_until(Done&& done, detail::Deadline deadline);
  template <class Ask>
  void ask_within(std::int64_t limit_ns, Ask&& ask);
  void check_hope();
  bool hear_of_losses();
  void list_engines();
  bool pump();
  void pump_for_driver();
  void pump_now_and_then();
  detail::RunBy may_run() const;
  void check_open() const;
  bool in_callback() const;
  void run_due(std::unique_lock<std::mutex>& lock, detail::RunBy by);
  void progress_loop();

  Hub* hub_;
  MonitorOptions options_;
  time::Clock clock_;
  mutable std::mutex engines_mutex_;
  std::shared_ptr<const std::vector<EngineInfo>> engines_;  // those that live
  std::mutex mutex_;
  std::atomic<int> contenders_{0};              // who found the lock taken and waits for it
  std::atomic<int> waiters_{0};                 // who moves the farm while waiting
  std::atomic<int> patient_{0};                 // of these, who waits to the end of the job
  std::atomic<std::uint64_t> driver_pumps_{0};  // by calls that do not wait
  std::vector<std::thread::id> running_;        // who runs a callback just now
  detail::Deadline finish_by_;
  std::optional<std::uint64_t> vain_at_;  // tasks that there were when somebody waited in vain
  bool closed_ = false;                   // the engines have been told to leave
  std::uint64_t submissions_ = 0;
  time::Rhythm rhythm_;  // of those who wait
  std::int64_t next_look_for_stuck_ = 0;
  std::size_t losses_seen_ = 0;
  std::uint64_t routes_ = 0;
  std::unordered_map<RouteKey, std::uint64_t, RouteHash> route_ids_;
  std::unordered_map<RouteKey, std::uint32_t, RouteHash> profiles_;
  std::unordered_map<std::thread::id, std::vector<std::string>> labels_;
  std::unordered_map<std::uint32_t, std::uint32_t> streams_;  // by share
  std::atomic<std::uint32_t> shares_{0};
  std::atomic<std::uint32_t> setups_{0};
  std::exception_ptr broken_;  // why the farm cannot go on
  std::atomic<bool> stop_{false};
  std::thread progress_thread_;
};

}  // namespace farm::hub
