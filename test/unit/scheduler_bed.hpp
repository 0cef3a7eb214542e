#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/scheduler.hpp"

namespace unit {

/// What a submission may have besides its options.
struct Besides {
  std::uint32_t share = 0;
  std::vector<double> costs;
  std::vector<farm::EngineId> pinned;
  bool conditional = false;
  std::uint32_t depth = 0;
};

/// A scheduler under observation. It is driven like the hub drives it, and after every event the
/// promises are checked: an item is on one engine at a time (a gang's on as many as it needs), on
/// one that may run it and has room for it, in the order of its lane; it runs again only after it
/// was queued again; a batch is released once, when nothing of it is left.
class SchedulerBed {
 public:
  using Setup = farm::policy::Scheduler::Setup;

  explicit SchedulerBed(int engines, const Setup& setup = Setup())
      : hosts_(setup.hosts), scheduler_(ids(engines), setup), engines_(engines + 1) {}

  static std::vector<farm::EngineId> ids(int engines) {
    std::vector<farm::EngineId> ids;
    for (int rank = 1; rank <= engines; ++rank) ids.emplace_back(rank);
    return ids;
  }

  farm::policy::BatchNumber submit(std::uint64_t items, std::uint64_t route,
                                   const farm::TaskOptions& options, std::uint32_t kernel = 0,
                                   double bytes_per_item = 8, const Besides& besides = {}) {
    const std::uint32_t number = free_number();
    Watched watched;
    watched.options = options;
    watched.besides = besides;
    // With every death the engines that pinned tasks share with others are other ones.
    watched.lane = {besides.pinned.empty() ? route : route + (deaths_ << 32), besides.pinned};
    watched.sequence = ++sequence_;
    watched.items = items;
    watched.state.assign(items, State::waiting);
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
    Watched& batch = batches_[back.flight.batch];
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
    Watched& batch = batches_[dispatch.flight.batch];
    for (std::uint64_t i = first; i < first + count; ++i) {
      again_.insert({dispatch.ticket, i});
      batch.attempt[i] = dispatch.flight.attempt + 1;
      batch.came_back = true;
      if (batch.ranks() == 1)
        batch.state[i] = State::waiting;
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
    Watched& batch = batches_[dispatch.flight.batch];
    refused_after_[{batch.lane, dispatch.flight.engine.rank()}] = sequence_;
    lift_unstarted(n);
    event_ = "refuse";
    apply(scheduler_.refuse(dispatch.ticket, now_));
  }

  /// Returns the number of items that were never dispatched, or waited to run again.
  std::uint64_t cancel(farm::policy::BatchNumber number) {
    const std::uint64_t before = abandoned_;
    event_ = "cancel";
    apply(scheduler_.cancel(number, now_));
    return abandoned_ - before;
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
    engine(rank) = Engine();
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
  bool lost(int rank) const { return engines_[static_cast<std::size_t>(rank)].lost; }

  void finish_by(std::optional<farm::policy::Moment> deadline) {
    event_ = "finish_by";
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
  bool is_live(std::uint32_t number) const {
    return number < batches_.size() && batches_[number].live;
  }
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

 private:
  enum class State : std::uint8_t { waiting, out, ended };
  using LaneName = std::pair<std::uint64_t, std::vector<farm::EngineId>>;
  using Place = std::pair<std::uint64_t, std::uint64_t>;  // batch, item
  struct Watched {
    farm::TaskOptions options;
    Besides besides;
    LaneName lane;
    std::uint64_t sequence = 0;
    std::uint64_t items = 0;
    std::uint64_t flights = 0;
    std::uint64_t ended = 0;
    std::vector<State> state;
    std::vector<std::uint32_t> attempt;
    std::map<std::uint64_t, int> ranks_out;  // of a gang's item
    std::set<std::uint64_t> rerun;           // gang items to run again when all ranks are back
    std::set<std::uint64_t> given_up;        // and those that were cancelled before
    bool came_back = false;
    bool live = false;

    int ranks() const { return options.ranks; }
    void end(std::uint64_t i) {
      state[i] = State::ended;
      ++ended;
    }
    void land(std::uint64_t i) {
      if (--ranks_out[i] > 0) return;
      ranks_out.erase(i);
      if (rerun.erase(i) != 0) {
        state[i] = State::waiting;
      } else {
        given_up.erase(i);
        end(i);
      }
    }
    void finish(std::uint64_t i) { ranks() == 1 ? end(i) : land(i); }
  };
  struct Engine {
    std::uint64_t chunks = 0;
    std::uint32_t depth = 0;
    std::uint64_t occupied = 0;
    bool lost = false;
    bool apart = false;
  };

  Engine& engine(farm::EngineId id) { return engines_.at(static_cast<std::size_t>(id.rank())); }

  std::size_t place_of(farm::policy::Ticket ticket) const {
    const auto at = std::ranges::find(flying_, ticket, &farm::policy::Dispatch::ticket);
    REQUIRE(at != flying_.end());
    return static_cast<std::size_t>(at - flying_.begin());
  }
  // The chunk is no longer on its engine.
  farm::policy::Dispatch lift(std::size_t n) {
    const farm::policy::Dispatch back = flying_.at(n);
    flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(n));
    std::erase(asked_back_, back.ticket);
    --batches_[back.flight.batch].flights;
    --engine(back.flight.engine).chunks;
    return back;
  }
  void lift_unstarted(std::size_t n) {
    const farm::policy::Dispatch back = lift(n);
    Watched& batch = batches_[back.flight.batch];
    batch.came_back = true;
    landing_.push_back(back.flight);
    for (std::uint64_t i = back.flight.first; i < back.flight.first + back.flight.count; ++i) {
      if (batch.ranks() == 1) {
        batch.state[i] = State::waiting;
        continue;
      }
      again_.erase({back.ticket, i});
      if (!batch.given_up.contains(i)) batch.rerun.insert(i);
    }
  }
  void die(std::size_t n) {
    const farm::policy::Dispatch back = lift(n);
    Watched& batch = batches_[back.flight.batch];
    batch.came_back = true;
    landing_.push_back(back.flight);
    for (std::uint64_t i = back.flight.first; i < back.flight.first + back.flight.count; ++i) {
      if (again_.erase({back.ticket, i}) != 0) continue;
      batch.attempt[i] = back.flight.attempt + 1;
      if (batch.ranks() == 1)
        batch.state[i] = State::waiting;
      else if (!batch.given_up.contains(i))
        batch.rerun.insert(i);
    }
  }
  // The ranks of a gang's item land when what the scheduler says of it is known.
  void land_ranks(const farm::policy::Flight& flight) {
    Watched& batch = batches_[flight.batch];
    if (batch.ranks() > 1) batch.land(flight.first);
  }

  std::uint64_t under_way(const Watched& batch) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(flying_, [&](const auto& dispatch) {
      return batches_[dispatch.flight.batch].lane == batch.lane;
    }));
  }
  // Chunks on the engine that can run now.
  std::uint64_t to_run(farm::EngineId id) const {
    const std::uint32_t depth = engines_[static_cast<std::size_t>(id.rank())].depth;
    return static_cast<std::uint64_t>(std::ranges::count_if(flying_, [&](const auto& dispatch) {
      return dispatch.flight.engine == id && batches_[dispatch.flight.batch].besides.depth >= depth;
    }));
  }
  std::uint64_t width(const Watched& batch) const {
    if (!batch.besides.pinned.empty()) return batch.besides.pinned.size();
    return batch.options.targets.empty() ? engines_.size() - 1 : batch.options.targets.size();
  }

  std::uint32_t free_number() {
    if (free_.empty()) {
      batches_.emplace_back();
      return static_cast<std::uint32_t>(batches_.size() - 1);
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }

  void check() {
    if (const std::string broken = scheduler_.validate(); !broken.empty())
      FAIL(event_ << ": " << broken);
    if (scheduler_.in_flight() != flying_.size()) FAIL("in_flight() is wrong");
  }

  void apply(const farm::policy::Actions& actions) {
    sent_ = actions.dispatches;
    gangs_ = actions.gangs;
    refused_ = actions.refused;
    asked_ = actions.retracts;
    const std::vector<farm::policy::BatchNumber> released = actions.released;
    for (const farm::policy::Abandon& range : actions.abandoned) abandon(range);
    for (const farm::policy::Flight& flight : std::exchange(landing_, {})) land_ranks(flight);
    // Gangs first: each needs engines that had nothing to do before this event.
    for (const farm::policy::Gang& gang : gangs_) watch_gang(gang);
    for (const farm::policy::Dispatch& dispatch : actions.dispatches) watch(dispatch);
    for (const farm::policy::Ticket ticket : asked_) {
      if (scheduler_.flight(ticket) == nullptr) FAIL("a chunk was asked back that is not out");
      if (std::ranges::find(asked_back_, ticket) != asked_back_.end()) {
        FAIL("a chunk was asked back twice");
      }
      asked_back_.push_back(ticket);
    }
    for (const farm::policy::BatchNumber number : released) release(number);
    check();
    const std::vector<farm::policy::BatchNumber> refused = refused_;
    if (refused.empty()) return;
    const auto sent = sent_;
    for (const farm::policy::BatchNumber number : refused) {
      if (is_live(number)) cancel(number);
    }
    refused_ = refused;
    sent_ = sent;
  }

  void check_target(const Watched& batch, farm::EngineId id) const {
    const auto& targets =
        batch.besides.pinned.empty() ? batch.options.targets : batch.besides.pinned;
    if (!targets.empty() && std::ranges::find(targets, id) == targets.end()) {
      FAIL("a chunk went to an engine that is no target of it");
    }
    if (lost(id.rank())) FAIL("a chunk went to an engine that is gone");
    const auto refused = refused_after_.find({batch.lane, id.rank()});
    if (refused != refused_after_.end() && refused->second >= batch.sequence) {
      FAIL("an engine was asked again for what it had refused");
    }
  }

  void abandon(const farm::policy::Abandon& range) {
    Watched& batch = batches_.at(range.batch);
    for (std::uint64_t i = range.first; i < range.first + range.count; ++i) {
      if (batch.rerun.erase(i) != 0) {
        batch.given_up.insert(i);
      } else if (batch.state.at(i) != State::waiting) {
        FAIL("item " << i << " was abandoned although it did not wait");
      } else {
        batch.end(i);
      }
    }
    abandoned_ += range.count;
  }

  void watch_gang(const farm::policy::Gang& gang) {
    Watched& batch = batches_.at(gang.batch);
    if (!batch.live) FAIL("a released batch was dispatched");
    if (gang.tickets.size() != static_cast<std::size_t>(batch.ranks())) FAIL("ranks are missing");
    int last = 0;
    for (const farm::policy::Ticket ticket : gang.tickets) {
      const farm::policy::Flight& flight = *scheduler_.flight(ticket);
      check_target(batch, flight.engine);
      if (engine(flight.engine).apart) FAIL("an engine that came later is part of a gang");
      if (flight.engine.rank() <= last) FAIL("a gang is not in rank order");
      last = flight.engine.rank();
      Engine& on = engine(flight.engine);
      if (on.chunks + on.occupied != 0 || on.depth != 0) FAIL("a gang's engine was busy");
      if (batch.options.one_host && !hosts_.empty() &&
          hosts_[static_cast<std::size_t>(last) - 1] != hosts_[host_index(gang)]) {
        FAIL("a gang is on two hosts");
      }
      if (flight.attempt != batch.attempt.at(flight.first)) FAIL("an attempt is miscounted");
      if (ticket == gang.tickets.front()) {
        if (batch.state[flight.first] != State::waiting) FAIL("a gang started twice");
        batch.state[flight.first] = State::out;
      }
      ++batch.ranks_out[flight.first];
      ++on.chunks;
      ++batch.flights;
      flying_.push_back({ticket, flight});
      sent_.push_back({ticket, flight});
    }
  }
  std::size_t host_index(const farm::policy::Gang& gang) const {
    const int rank = scheduler_.flight(gang.tickets.front())->engine.rank();
    return static_cast<std::size_t>(rank) - 1;
  }

  void watch(const farm::policy::Dispatch& dispatch) {
    const farm::policy::Flight& flight = dispatch.flight;
    Watched& batch = batches_.at(flight.batch);
    if (!batch.live) FAIL("a released batch was dispatched");
    if (flight.count == 0 || flight.first + flight.count > batch.items) FAIL("a chunk is no chunk");
    bool fresh = !batch.came_back;
    for (std::uint64_t i = flight.first; i < flight.first + flight.count; ++i) {
      if (batch.state[i] != State::waiting) FAIL("item " << i << " was dispatched twice");
      if (batch.attempt[i] != flight.attempt) FAIL("an attempt is miscounted");
      batch.state[i] = State::out;
    }
    check_target(batch, flight.engine);
    Engine& on = engine(flight.engine);
    const farm::CountOrAutomatic hwm = batch.options.hwm;
    const auto room = static_cast<std::uint64_t>(hwm.is_automatic() ? 16 : hwm.count());
    // Where routes compete for a slot, its mark bounds what a route has under way in all.
    if (on.depth > batch.besides.depth)
      FAIL("an engine that waits got a task that cannot run there");
    if (room != 0 && to_run(flight.engine) >= room && under_way(batch) >= room * width(batch)) {
      FAIL("an engine got more than it may hold");
    }
    if (fresh && batch.options.order == farm::Order::submission) {
      const Place now(batch.sequence, flight.first);
      auto& last = last_of_lane_[batch.lane];
      if (last != Place() && now <= last) FAIL("a lane was served out of order");
      last = now;
    }
    ++on.chunks;
    ++batch.flights;
    flying_.push_back(dispatch);
  }

  void release(farm::policy::BatchNumber number) {
    Watched& batch = batches_.at(number);
    if (!batch.live) FAIL("a batch was released twice");
    if (batch.flights != 0) FAIL("a batch was released with chunks under way");
    if (batch.ended != batch.items) FAIL("a batch was released too early");
    batch.live = false;
    --live_;
    free_.push_back(number);
  }

  std::vector<int> hosts_;
  farm::policy::Scheduler scheduler_;
  std::vector<Watched> batches_;
  std::vector<std::uint32_t> free_;
  std::vector<Engine> engines_;
  std::deque<farm::policy::Dispatch> flying_;  // in order of dispatch
  std::vector<farm::policy::Dispatch> sent_;
  std::vector<farm::policy::Gang> gangs_;
  std::vector<farm::policy::BatchNumber> refused_;
  std::vector<farm::policy::Ticket> asked_back_;
  std::vector<farm::policy::Ticket> asked_;
  std::set<std::pair<farm::policy::Ticket, std::uint64_t>> again_;  // ticket, item
  std::map<LaneName, Place> last_of_lane_;
  std::map<std::pair<LaneName, int>, std::uint64_t> refused_after_;
  std::uint64_t sequence_ = 0;
  std::size_t live_ = 0;
  std::uint64_t deaths_ = 0;
  std::uint64_t abandoned_ = 0;
  std::string event_;  // the last one
  std::vector<farm::policy::Flight> landing_;
  farm::policy::Moment now_ = 1;
};

}  // namespace unit
