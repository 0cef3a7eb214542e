#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "farm/detail/fault.hpp"
#include "farm/engine_info.hpp"
#include "farm/records.hpp"
#include "hub/batch.hpp"
#include "hub/children.hpp"
#include "hub/commons.hpp"
#include "hub/conditions.hpp"
#include "hub/crashes.hpp"
#include "hub/dependencies.hpp"
#include "hub/gangs.hpp"
#include "hub/gone.hpp"
#include "hub/groups.hpp"
#include "hub/member.hpp"
#include "hub/output_watch.hpp"
#include "hub/outputs.hpp"
#include "hub/past.hpp"
#include "hub/published.hpp"
#include "hub/tell.hpp"
#include "hub/terms.hpp"
#include "hub/timeouts.hpp"
#include "hub/transfers.hpp"
#include "hub/words.hpp"
#include "policy/cost_book.hpp"
#include "policy/scheduler.hpp"
#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::time {
class Clock;
}

namespace farm::records {
class Journal;
struct Found;
}  // namespace farm::records

namespace farm::hub {

/// Counts over the whole run.
struct Totals {
  std::uint64_t submitted = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t running = 0;  ///< items on engines, queued there or running

  std::uint64_t outstanding() const { return submitted - done - failed - aborted; }
};

/// A failure that nobody looked at.
struct Unnoticed {
  const detail::KernelEntry* kernel = nullptr;
  EngineId engine;
  Bytes failure;
};

/// Tickets of what the scheduler does not know: from here on direct calls, and from there on
/// collective ones.
inline constexpr std::uint32_t direct_ticket = 0x80000000;
inline constexpr std::uint32_t transfer_ticket = 0xc0000000;
/// As many as a Record can count.
inline constexpr std::uint32_t most_attempts = 255;
/// Why an engine is condemned whose kernel waits there.
inline constexpr const char* stuck_in_mpi = "it waits in MPI for an engine that has failed";

/// Joins the scheduler, the payloads and the transport: what is submitted goes out as the scheduler
/// says, what comes back is settled. It moves bytes and never looks into them. Not thread-safe: the
/// monitor holds its lock around every call.
class Hub final : private transport::Sink {
 public:
  /// `grace_ns`: how long an engine may stay in a call that has failed elsewhere while it waits in
  /// MPI, where nobody can reach it.
  /// `crashes`: engines or sandboxes that one task may end. `grows`: whether gain() may be called.
  Hub(transport::Transport& transport, std::vector<Member> members,
      std::int64_t grace_ns = 10'000'000'000, int crashes = 3, bool grows = false);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// From here on every task is recorded there, and what it holds as done is not run again. Before
  /// the first task; the journal outlives the hub.
  void record_in(records::Journal& journal);

  /// Throws JournalError if the journal has another call at the place of this one.
  Batch* submit(detail::Submission&& submission);
  Batch* submit_direct(detail::Submission&& submission, const std::vector<detail::Share>& shares,
                       bool together);
  Batch* submit_collective(detail::Collective&& call);
  Batch* promise(std::uint64_t count, std::size_t result_size);
  void settle(Batch& batch, std::uint64_t i, detail::Settled result, const TaskInfo& info);
  void drop(Batch& batch);

  /// Why tasks end without having run: an encoded failure; null: they were cancelled.
  using Fate = std::shared_ptr<const Bytes>;

  /// Settles what has not left the hub, as cancelled or with an error. Returns how many items.
  std::uint64_t cancel(Batch& batch, const Fate& fate = nullptr);
  /// The same for all batches of a share.
  std::uint64_t cancel_share(std::uint32_t share, const Fate& fate = nullptr);
  std::uint64_t cancel_all();
  /// The same of one task; false if there is no such task that has not left the hub.
  bool cancel_task(TaskId task);
  /// Cancels, and asks what is on the engines to stop. Returns how many tasks that concerns.
  std::uint64_t stop(Batch& batch);
  std::uint64_t stop_share(std::uint32_t share);
  std::uint64_t stop_all();
  /// Load-balanced tasks that would not have ended by then, as far as that is known, do not leave
  /// the hub; see Scheduler::finish_by.
  void finish_by(std::optional<std::int64_t> deadline);
  /// Whether tasks wait, nothing is out, and nothing will be before that end, as far as anybody but
  /// the driver can say.
  bool nothing_fits() const {
    return scheduler_.nothing_fits() && totals_.running == 0 && timeouts_.empty();
  }
  /// From now on none of them leaves it, and what has not started is asked back.
  void hold();
  /// Cancels what has not left the hub or comes back; what is submitted from now on runs again.
  void let_go();
  /// Lets tasks leave it again.
  void reopen();
  /// Asks all that runs to stop, whoever submitted it, and nothing else.
  void stop_running();
  /// Where the task is, and why it does not run; looks at everything.
  std::string explain(TaskId task);
  /// ns until the batch ends, as far as its run times are known.
  std::optional<double> time_left(const Batch& batch);
  void on_done(Batch& batch, Callback callback);

  /// Handles what has arrived. Returns whether anything happened. Throws FrameError.
  bool poll();
  /// Tells the engines to leave.
  void quit();
  bool drained() const { return transport_->drained(); }
  /// Engines that do not come back from a kernel: it waits in MPI for another one that has failed,
  /// or is past its limit and does not heed the request to stop.
  std::size_t stuck() const { return stuck_; }
  /// Whether all that is left waits for engines that are stuck. Looks at everything.
  bool hopeless() const;
  /// Whether a collective call is under way: to look again soon is worth more than sleep.
  bool moving() const { return transfers_.flowing(); }
  /// Whether engines have enough to do for a while: to sleep longer costs nothing.
  bool ample() const { return scheduler_.ample(); }
  /// Takes a copy of what the caller of a collective call has lent, unless it is on its way: then
  /// it will soon be there.
  void give_back(const Batch& batch) { transfers_.give_back(batch); }

  /// The engine is gone, and why, as a clause: "its process has ended". What it held runs again
  /// elsewhere, or ends with an error; nothing is sent to it or heard from it any more.
  void lose(EngineId engine, const std::string& why);
  const Gone& gone() const { return gone_; }
  /// A new engine, with an id and a peer above all others, which the transport knows. It gets
  /// load-balanced tasks and direct calls of its own, but no part in what engines do together.
  void gain(const Member& member);
  /// What to do with an engine that does not come back and can only be ended; it is called once for
  /// each, and the engine is to be lost some time after. Null: it stays stuck.
  void condemn_by(std::function<void(EngineId, const std::string& why)> condemn) {
    condemn_ = std::move(condemn);
  }

  /// How what kernels print is shown, where it is captured. Before anything is submitted.
  void show_outputs(OutputOptions options) { outputs_ = Outputs(std::move(options)); }
  /// Who gets what tasks print from now on, in its place; null: nobody. It may not call the hub.
  void watch_output(std::function<void(const OutputPiece&)> watcher) {
    watch_.set(std::move(watcher));
  }
  /// What tasks have printed and published. What a task has said is here before its result is.
  const Outputs& outputs() const { return outputs_; }
  const Published& published() const { return published_; }
  /// How much of a batch is done, from 0 to 1.
  double fraction(const Batch& batch) const;

  /// Records of tasks that are open, or among the last that were closed, in the order of ids.
  void query(const Query& query, const time::Clock& clock,
             const std::function<void(TaskRecord&&)>& take);
  /// Forgets the records of calls of which all tasks have ended and match; returns how many tasks.
  std::uint64_t purge(const Query& query, const time::Clock& clock);
  QueueStatus queue_status();
  /// The batch of a task that is still in memory. Throws std::out_of_range.
  Batch& known(TaskId task);
  /// Runs a task that is in memory once more, by this route. Throws std::out_of_range, Error.
  Batch* resubmit(TaskId task, const detail::Route& route);
  /// A batch of one for the result of a task, which copy_result fills in when the task has ended.
  /// Throws std::out_of_range.
  Batch* open_copy(TaskId task);
  /// False if it has not ended.
  bool copy_result(Batch& copy);
  /// The number of these options, for the profile of a route; 0, that of the run's own, when there
  /// are too many.
  std::uint32_t profile_of(const TaskOptions& options);
  void assume(const TaskOptions& defaults) { profiles_[0] = defaults; }
  const TaskOptions& options_of(const Batch& batch) const {
    return profiles_[terms_[batch.terms].profile];
  }
  records::Journal* journal() const { return journal_; }

  const std::vector<Member>& members() const { return members_; }
  const Totals& totals() const { return totals_; }
  /// Takes the first callback that is due; only if there is one.
  Callback next_due(detail::RunBy by);
  bool has_due(detail::RunBy by) const;
  /// Failures of batches that nobody looked at: how many, and the first of them.
  std::uint64_t unnoticed() const { return unnoticed_; }
  const std::vector<Unnoticed>& first_unnoticed() const { return first_unnoticed_; }

  const Member& member(EngineId engine) const;
  const policy::Scheduler& scheduler() const { return scheduler_; }
  const Dependencies& dependencies() const { return dependencies_; }

 private:
  struct DirectFlight {
    Batch* batch = nullptr;
    detail::Share share;
    bool given_up = false;  // nobody waits for it any more, and its engine has not come back
  };
  // A call whose kernels may talk to each other.
  struct Together {
    std::uint32_t group = 0;
    std::int64_t failed_at = 0;          // when the first of them failed; 0: none has
    std::vector<std::uint32_t> natives;  // flights that are in MPI's own hands
  };
  // Of an engine that reads another clock than the hub.
  struct Offset {
    std::int64_t offset = 0;  // its clock minus ours
    std::int64_t best_round_trip = 0;
    int probes = 0;
  };

  // A map whose items start in another order than that of its input, or not all of them.
  struct Plan {
    std::vector<std::uint32_t> order;  // the item at each place of the scheduler's
  };

  Batch* open(const detail::KernelEntry* kernel, std::uint64_t count,
              std::optional<std::uint64_t> known = std::nullopt);
  Batch* open(detail::Submission& submission, bool isolated = false,
              std::optional<std::uint64_t> known = std::nullopt);
  records::Found look_up(const detail::Submission& submission);
  void record_call(Batch& batch, const detail::Submission& submission, const records::Found& found,
                   bool direct);
  void record_collective(const Batch& batch);
  bool restore(Batch& batch, std::int64_t submitted);
  void record_items(const Batch& batch, const Record& record, const detail::ItemsView& items);
  void record_item(const Batch& batch, const Record& record, std::span<const std::byte> bytes,
                   bool failed);
  void record_try(const Batch& batch, const Record& record, std::span<const std::byte> failure);
  void record_lost_try(const Batch& batch, const policy::Flight& flight, const Fate& fate);
  void record_end(const Batch& batch, const Record& record, const Fate& fate);
  void enter(Batch& batch, const TaskOptions& options, std::uint64_t route,
             std::vector<double> costs, std::span<const EngineId> pinned = {});
  static std::uint32_t profile_of(const detail::Submission& submission) {
    return submission.profile != 0 ? submission.profile : submission.route->profile;
  }
  std::uint16_t agreed(const detail::Route& route, std::uint32_t profile, std::uint32_t depth,
                       bool may_isolate);
  TaskRecord task_record(Batch& batch, std::uint64_t item, const time::Clock& clock) const;
  void bury(Batch& batch);
  std::vector<double> remembered_costs(const Batch& batch) const;
  void arrange(Batch& batch, std::vector<double>& costs);
  void learn(const Batch& batch, const policy::Flight& flight, std::int64_t run);
  std::uint64_t item_at(const Batch& batch, std::uint64_t place) const;
  std::uint64_t places_of(const Batch& batch) const;
  void keep_planned(const Batch& batch, std::vector<double>& costs) const;
  // The task by which a chunk that begins at this place is known on the wire.
  static TaskId first_of(const Batch& batch, std::uint64_t place) {
    return TaskId{number(batch.first) + (batch.planned ? 0 : place)};
  }
  Batch* find(TaskId task) { return dependencies_.find(task, batches_); }
  std::optional<policy::Flight> flight_of(const Batch& batch, std::uint64_t item) const;

  std::vector<transport::Peer> peers_of(const std::vector<detail::Share>& shares) const;
  std::uint64_t end_waiting(Batch& batch, const Fate& fate);
  std::uint64_t cancel_waiting_of(std::uint32_t share, const Fate& fate);
  bool rule_dependents();
  std::uint32_t fly(Batch& batch, const detail::Share& share);
  void receive_direct(transport::Peer from, const wire::Done& done, const detail::ItemsView& items);
  void receive_native(transport::Peer from, std::uint32_t ticket);
  bool give_up_stuck();
  std::set<transport::Peer> blocked() const;
  void give_up(std::uint32_t at);
  void receive_failure(transport::Peer from, const wire::Done& done,
                       const detail::ItemsView& items);
  void tell_transfer(const Batch& batch, const detail::Collective& call, std::uint32_t group);
  void end(Transfer& transfer);

  void act(const policy::Actions& actions);
  void begin(const policy::Gang& gang);
  struct Parcel {
    detail::Share share;
    std::uint32_t ticket = 0;
    std::uint32_t group = 0;
    std::uint32_t attempt = 1;
  };
  void send(const Batch& batch, const Parcel& parcel);
  void append_listed(Buffer& frame, const Batch& batch, const detail::Share& share) const;
  template <class Header>
  void tell(transport::Peer peer, const Header& header) {
    hub::tell(*transport_, peer, header);
  }

  void deliver(transport::Peer from, std::span<const std::byte> frame) override;
  void receive_done(transport::Peer from, std::span<const std::byte> frame);
  void receive_gang(const wire::Done& done, const policy::Flight& flight,
                    const detail::ItemsView& items);
  void end_gang(std::uint32_t number, policy::Ticket last);
  bool give_up_gangs(std::int64_t now);
  void receive_returned(transport::Peer from, const wire::Returned& returned);
  void receive_overdue(transport::Peer from, const wire::Overdue& overdue);
  bool receive_nested(transport::Peer from, wire::Kind kind, std::span<const std::byte> frame);
  void receive_spawn(transport::Peer from, const wire::Frame<wire::Spawn>& spawn);
  void receive_cancel(transport::Peer from, const wire::Cancel& asked);
  const Batch* running(transport::Peer from, std::uint32_t ticket) const;
  void tell_owner(Batch& batch);
  bool receive_word(transport::Peer from, wire::Kind kind, std::span<const std::byte> frame);
  void hear(transport::Peer from, std::span<const std::byte> frame);
  void hear_output(transport::Peer from, const wire::Frame<wire::Output>& output);
  void hear_part(const Writer& writer, const OutputPiece& piece);
  void receive_echo(transport::Peer from, std::span<const std::byte> frame);
  void probe(transport::Peer peer);
  bool tick();

  Record record_of(const Batch& batch, const wire::Done& done, std::uint64_t first,
                   EngineId engine);
  void book(Batch& batch, const Record& record, const detail::ItemsView& items);
  void book_singly(Batch& batch, const Record& record, const policy::Flight& flight,
                   policy::Ticket ticket, const detail::ItemsView& items);
  void enter(std::uint32_t at);
  Fate apart_fate(EngineId engine) const;
  void lose_chunks(EngineId engine);
  void lose_rank(policy::Ticket ticket, const policy::Flight& flight);
  void end_broken(const GangRun& run, Batch& batch, policy::Ticket last);
  void lose_direct_calls(EngineId engine);
  void end_broken_transfers();
  void lose_children(transport::Peer peer);
  void condemn(EngineId engine, const std::string& why);
  static Fate lost_fate(const std::string& why);
  static Fate overdue_fate(EngineId engine);
  Fate gone_fate(EngineId engine) const;
  bool refuse_direct(Batch& batch, const std::vector<detail::Share>& shares, bool together);
  bool refuse_collective(Batch& batch, const std::vector<EngineId>& targets);
  void end_at_once(Batch& batch, std::uint64_t first, std::uint64_t count, const Fate& fate);
  void end_with(Batch& batch, const policy::Flight& flight, const Fate& fate);
  bool poisonous(const Batch& batch, const policy::Flight& flight, std::uint64_t i,
                 std::span<const std::byte> failure);
  Fate poison(const Batch& batch, std::uint64_t place) const;

  // `attempt` counts those alone that no engine's death has ended.
  bool tries_again(const Batch& batch, std::uint32_t attempt) const;
  void try_again(const Batch& batch, policy::Ticket ticket, std::uint64_t first,
                 std::uint64_t count);
  void abort_items(Batch& batch, std::uint64_t first, std::uint64_t count, const Fate& fate);
  std::uint64_t withdraw(Batch& batch, const Fate& fate, bool again);
  void drop_items(const policy::Abandon& abandoned);
  std::uint64_t ask_to_stop(const std::function<bool(const Batch&)>& meant);
  void expire_timeouts();
  void refuse_all(const std::vector<policy::BatchNumber>& numbers);
  void complete(Batch& batch);
  void close_if_over(Batch& batch);
  void keep_unnoticed(Batch& batch);

  static constexpr std::size_t most_profiles = 4096;
  static constexpr std::size_t most_links = 65536;
  static constexpr std::size_t most_kept_inputs = std::size_t{64} << 20;

  transport::Transport* transport_;
  records::Journal* journal_ = nullptr;  // null: nothing is recorded
  std::vector<Member> members_;
  std::vector<std::uint32_t> member_by_rank_;
  std::vector<std::uint32_t> member_by_peer_;
  std::vector<Offset> offsets_;  // by peer
  policy::Scheduler scheduler_;
  Commons commons_;
  Conditions conditions_;
  Children children_;
  TermsTable terms_;
  Dependencies dependencies_;
  Timeouts timeouts_;
  std::size_t timeouts_due_ = 0;  // how many have been
  policy::CostBook cost_book_;
  std::unordered_map<std::uint32_t, Plan> plans_;  // by batch number
  std::unordered_map<std::uint32_t, Fate> fates_;  // of batches that did not end by themselves
  Gangs gangs_;
  std::size_t failing_gangs_ = 0;                   // of these, gangs of which a rank has failed
  std::unordered_set<policy::Ticket> written_off_;  // chunks on engines that nobody waits for
  std::vector<Batch*> batches_;                     // by number; null: free
  std::vector<std::uint32_t> free_numbers_;
  std::vector<DirectFlight> direct_;
  std::vector<std::uint32_t> free_direct_;
  std::unordered_map<const Batch*, Together> together_;
  std::size_t failing_together_ = 0;  // of these, calls that have failed somewhere
  std::size_t stuck_ = 0;
  Gone gone_;
  std::set<EngineId> gained_;  // engines that have come later
  Crashes crashes_;
  int most_crashes_;
  std::function<void(EngineId, const std::string& why)> condemn_;
  std::set<EngineId> condemned_;
  std::int64_t grace_ns_;
  Groups groups_;
  Transfers transfers_;
  Words words_;
  Outputs outputs_;
  OutputWatch watch_;
  Published published_;
  std::vector<std::unique_ptr<Transfer>> graveyard_;  // MPI may still use their memory
  Past past_;
  std::vector<TaskOptions> profiles_{TaskOptions()};  // that views were made with
  std::map<TaskId, TaskId> again_;                    // what was made of them by resubmit
  std::unordered_set<std::uint64_t> purged_;          // open batches, by their first task
  std::size_t kept_inputs_ = 0;                       // bytes, of open batches that are over
  std::vector<std::uint64_t> completed_;              // tasks, by member
  std::uint32_t skipped_ = 0;                         // polls that did not look at everything
  std::uint64_t next_task_ = 0;
  std::int64_t now_ = 0;
  bool now_is_stale_ = true;  // nothing has arrived in this poll yet
  Totals totals_;
  std::deque<Callback> due_;
  std::deque<Callback> due_to_caller_;
  std::uint64_t unnoticed_ = 0;
  std::vector<Unnoticed> first_unnoticed_;
};

}  // namespace farm::hub
