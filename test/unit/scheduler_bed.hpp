#pragma once

#include <optional>

#include "scheduler_watch.hpp"

namespace unit {

/// A scheduler under observation that is driven like the hub drives it.
class SchedulerBed : public SchedulerWatch {
 public:
  using SchedulerWatch::SchedulerWatch;

  farm::policy::BatchNumber submit(std::uint64_t items, std::uint64_t route,
                                   const farm::TaskOptions& options, std::uint32_t kernel = 0,
                                   double bytes_per_item = 8, const Besides& besides = {}) {
    const std::uint32_t number = free_number();
    WatchedBatch watched;
    watched.options = options;
    watched.besides = besides;
    // With every death the engines that pinned tasks share with others are other ones.
    watched.lane = {besides.pinned.empty() ? route : route + (deaths_ << 32), besides.pinned};
    watched.sequence = ++sequence_;
    watched.items = items;
    watched.state.assign(items, ItemState::waiting);
    watched.attempt.assign(items, 1);
    watched.live = true;
    batches_[number] = watched;
    ++live_;
    farm::policy::Submit submit{number, items, kernel, bytes_per_item, route, &options};
    submit.share = besides.share;
    submit.costs = besides.costs;
    submit.pinned = besides.pinned;
    submit.conditional = besides.conditional;
    submit.depth = besides.depth;
    event_ = "submit";
    apply(scheduler_.submit(submit, now_));
    return number;
  }
  farm::policy::BatchNumber submit_with(const Besides& besides, std::uint64_t items,
                                        std::uint64_t route, const farm::TaskOptions& options,
                                        std::uint32_t kernel = 0) {
    return submit(items, route, options, kernel, 8, besides);
  }

  /// The chunk that is n-th in flying() comes back.
  farm::policy::Flight finish(std::size_t n = 0, std::int64_t run_ns = 1000,
                              std::size_t bytes = 8) {
    const farm::policy::Dispatch back = lift(n);
    WatchedBatch& batch = batches_[back.flight.batch];
    for (std::uint64_t i = back.flight.first; i < back.flight.first + back.flight.count; ++i) {
      // Some of them may have been queued again, and be under way again.
      if (again_.erase({back.ticket, i}) == 0 || batch.ranks() > 1) batch.finish(i);
    }
    event_ = "finish";
    apply(scheduler_.finish(back.ticket, run_ns, bytes, now_));
    return back.flight;
  }
  farm::policy::Flight finish_ticket(farm::policy::Ticket ticket, std::int64_t run_ns) {
    return finish(place_of(ticket), run_ns);
  }

  /// Items [first, + count) of the chunk are to run again; it still has to finish.
  void requeue(std::size_t n, std::uint64_t first, std::uint64_t count,
               farm::policy::Moment not_before = 0) {
    const farm::policy::Dispatch& dispatch = flying_.at(n);
    WatchedBatch& batch = batches_[dispatch.flight.batch];
    for (std::uint64_t i = first; i < first + count; ++i) {
      again_.insert({dispatch.ticket, i});
      batch.attempt[i] = dispatch.flight.attempt + 1;
      batch.came_back = true;
      if (batch.ranks() == 1)
        batch.state[i] = ItemState::waiting;
      else if (!batch.given_up.contains(i))
        batch.rerun.insert(i);
    }
    event_ = "requeue";
    apply(scheduler_.requeue(dispatch.ticket, first, count, not_before, now_));
  }
  void returned(farm::policy::Ticket ticket) {
    lift_unstarted(place_of(ticket));
    event_ = "returned";
    apply(scheduler_.returned(ticket, now_));
  }
  void refuse(std::size_t n) {
    const farm::policy::Dispatch dispatch = flying_.at(n);
    WatchedBatch& batch = batches_[dispatch.flight.batch];
    refused_after_[{batch.lane, dispatch.flight.engine.rank()}] = sequence_;
    lift_unstarted(n);
    event_ = "refuse";
    apply(scheduler_.refuse(dispatch.ticket, now_));
  }

  /// The engine's kernel waits for tasks of this depth; 0: it goes on.
  void wait(int rank, std::uint32_t depth) {
    engine(rank).depth = depth;
    event_ = "wait";
    apply(scheduler_.wait(rank, depth, now_));
  }
  void occupy(int rank) {
    ++engine(rank).occupied;
    scheduler_.occupy(rank);
    check();
  }
  void vacate(int rank) {
    --engine(rank).occupied;
    event_ = "vacate";
    apply(scheduler_.vacate(rank, now_));
  }
  /// The engine is gone. What it held runs again, but for items that are queued again already.
  void lose(int rank) {
    std::vector<farm::policy::GivenUp> over;
    for (const auto& [ticket, item] : again_) {
      const farm::policy::Flight& flight = *scheduler_.flight(ticket);
      if (flight.engine.rank() == rank) over.push_back({ticket, item, 1});
    }
    while (true) {
      const auto at = std::ranges::find_if(flying_, [&](const farm::policy::Dispatch& dispatch) {
        return dispatch.flight.engine.rank() == rank;
      });
      if (at == flying_.end()) break;
      die(static_cast<std::size_t>(at - flying_.begin()));
    }
    engine(rank) = WatchedEngine();
    engine(rank).lost = true;
    ++deaths_;
    event_ = "lose";
    apply(scheduler_.lose(rank, now_, over));
  }
  /// A new engine; returns its rank.
  int gain() {
    engines_.emplace_back();
    const int rank = static_cast<int>(engines_.size()) - 1;
    engines_.back().apart = true;
    event_ = "gain";
    apply(scheduler_.gain(rank, now_));
    return rank;
  }

  void finish_by(std::optional<farm::policy::Moment> deadline) {
    event_ = "finish_by";
    overtakes_ = overtakes_ || deadline.has_value();
    apply(scheduler_.finish_by(deadline, now_));
  }
  void close() {
    event_ = "close";
    apply(scheduler_.close(now_));
  }
  void reopen() {
    event_ = "reopen";
    apply(scheduler_.reopen(now_));
  }
  void expire() {
    event_ = "expire";
    apply(scheduler_.expire(now_));
  }
  void advance(std::int64_t ns) { now_ += ns; }
  /// The clock goes to `now`; all that is due on the way happens.
  void go_to(farm::policy::Moment now) {
    while (scheduler_.next_time() && *scheduler_.next_time() <= now) {
      now_ = std::max(now_, *scheduler_.next_time());
      expire();
    }
    now_ = std::max(now_, now);
  }

  /// Everything comes back, with time going on where only that helps.
  void drain() {
    for (std::size_t rank = 1; rank < engines_.size(); ++rank) {
      while (engines_[rank].occupied > 0) vacate(static_cast<int>(rank));
      if (engines_[rank].depth != 0) wait(static_cast<int>(rank), 0);
    }
    while (live_ > 0) {
      if (!flying_.empty()) {
        finish();
        continue;
      }
      if (!scheduler_.next_time()) FAIL("what is left waits for nothing");
      go_to(*scheduler_.next_time());
    }
    check_empty();
  }

  void check_empty() const {
    CHECK(flying_.empty());
    CHECK(live_ == 0);
    CHECK(scheduler_.in_flight() == 0);
    for (std::size_t rank = 1; rank < engines_.size(); ++rank) {
      CHECK(scheduler_.load(static_cast<int>(rank)) == 0);
    }
  }

  const std::deque<farm::policy::Dispatch>& flying() const { return flying_; }
  std::size_t live() const { return live_; }
  std::size_t numbers() const { return batches_.size(); }
  std::uint64_t load_of(int rank) const { return engines_[static_cast<std::size_t>(rank)].chunks; }
  bool occupied(int rank) const { return engines_[static_cast<std::size_t>(rank)].occupied > 0; }
  int ranks_of(std::uint32_t number) const { return batches_[number].options.ranks; }
  bool conditional(std::uint32_t number) const { return batches_[number].besides.conditional; }
  bool requeued(farm::policy::Ticket ticket) const {
    const auto at = again_.lower_bound({ticket, 0});
    return at != again_.end() && at->first == ticket;
  }
  farm::policy::Scheduler& scheduler() { return scheduler_; }
  farm::policy::Moment now() const { return now_; }
  /// What the last event sent out, a gang's ranks included.
  const std::vector<farm::policy::Dispatch>& sent() const { return sent_; }
  const std::vector<farm::policy::Gang>& gangs() const { return gangs_; }
  const std::vector<farm::policy::BatchNumber>& refused() const { return refused_; }
  /// Chunks that were asked back and are still out.
  const std::vector<farm::policy::Ticket>& asked_back() const { return asked_back_; }
  /// What the last event asked back.
  const std::vector<farm::policy::Ticket>& asked() const { return asked_; }
};

}  // namespace unit
