#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/scheduler.hpp"
#include "watched_batch.hpp"

namespace unit {

/// A scheduler under observation: after every event its promises are checked. An item is on one
/// engine at a time (a gang's on as many as it needs), on one that may run it and has room for it,
/// in the order of its lane; it runs again only after it was queued again; a batch is released
/// once, when nothing of it is left.
class SchedulerWatch {
 public:
  using Setup = farm::policy::Scheduler::Setup;

  explicit SchedulerWatch(int engines, const Setup& setup = Setup())
      : hosts_(setup.hosts), scheduler_(ids(engines), setup), engines_(engines + 1) {}

  static std::vector<farm::EngineId> ids(int engines) {
    std::vector<farm::EngineId> ids;
    for (int rank = 1; rank <= engines; ++rank) ids.emplace_back(rank);
    return ids;
  }

  /// Returns the number of items that were never dispatched, or waited to run again.
  std::uint64_t cancel(farm::policy::BatchNumber number) {
    const std::uint64_t before = abandoned_;
    event_ = "cancel";
    apply(scheduler_.cancel(number, now_));
    return abandoned_ - before;
  }

  bool lost(int rank) const { return engines_[static_cast<std::size_t>(rank)].lost; }
  bool is_live(std::uint32_t number) const {
    return number < batches_.size() && batches_[number].live;
  }

 protected:
  WatchedEngine& engine(farm::EngineId id) {
    return engines_.at(static_cast<std::size_t>(id.rank()));
  }

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
    WatchedBatch& batch = batches_[back.flight.batch];
    batch.came_back = true;
    landing_.push_back(back.flight);
    for (std::uint64_t i = back.flight.first; i < back.flight.first + back.flight.count; ++i) {
      if (batch.ranks() == 1) {
        batch.state[i] = ItemState::waiting;
        continue;
      }
      again_.erase({back.ticket, i});
      if (!batch.given_up.contains(i)) batch.rerun.insert(i);
    }
  }
  void die(std::size_t n) {
    const farm::policy::Dispatch back = lift(n);
    WatchedBatch& batch = batches_[back.flight.batch];
    batch.came_back = true;
    landing_.push_back(back.flight);
    for (std::uint64_t i = back.flight.first; i < back.flight.first + back.flight.count; ++i) {
      if (again_.erase({back.ticket, i}) != 0) continue;
      batch.attempt[i] = back.flight.attempt + 1;
      if (batch.ranks() == 1)
        batch.state[i] = ItemState::waiting;
      else if (!batch.given_up.contains(i))
        batch.rerun.insert(i);
    }
  }
  // The ranks of a gang's item land when what the scheduler says of it is known.
  void land_ranks(const farm::policy::Flight& flight) {
    WatchedBatch& batch = batches_[flight.batch];
    if (batch.ranks() > 1) batch.land(flight.first);
  }

  std::uint64_t under_way(const WatchedBatch& batch) const {
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
  std::uint64_t width(const WatchedBatch& batch) const {
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

  void check_target(const WatchedBatch& batch, farm::EngineId id) const {
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
    WatchedBatch& batch = batches_.at(range.batch);
    for (std::uint64_t i = range.first; i < range.first + range.count; ++i) {
      if (batch.rerun.erase(i) != 0) {
        batch.given_up.insert(i);
      } else if (batch.state.at(i) != ItemState::waiting) {
        FAIL("item " << i << " was abandoned although it did not wait");
      } else {
        batch.end(i);
      }
    }
    abandoned_ += range.count;
  }

  void watch_gang(const farm::policy::Gang& gang) {
    WatchedBatch& batch = batches_.at(gang.batch);
    if (!batch.live) FAIL("a released batch was dispatched");
    if (gang.tickets.size() != static_cast<std::size_t>(batch.ranks())) FAIL("ranks are missing");
    int last = 0;
    for (const farm::policy::Ticket ticket : gang.tickets) {
      const farm::policy::Flight& flight = *scheduler_.flight(ticket);
      check_target(batch, flight.engine);
      if (engine(flight.engine).apart) FAIL("an engine that came later is part of a gang");
      if (flight.engine.rank() <= last) FAIL("a gang is not in rank order");
      last = flight.engine.rank();
      WatchedEngine& on = engine(flight.engine);
      if (on.chunks + on.occupied != 0 || on.depth != 0) FAIL("a gang's engine was busy");
      if (batch.options.one_host && !hosts_.empty() &&
          hosts_[static_cast<std::size_t>(last) - 1] != hosts_[host_index(gang)]) {
        FAIL("a gang is on two hosts");
      }
      if (flight.attempt != batch.attempt.at(flight.first)) FAIL("an attempt is miscounted");
      if (ticket == gang.tickets.front()) {
        if (batch.state[flight.first] != ItemState::waiting) FAIL("a gang started twice");
        batch.state[flight.first] = ItemState::out;
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
    WatchedBatch& batch = batches_.at(flight.batch);
    if (!batch.live) FAIL("a released batch was dispatched");
    if (flight.count == 0 || flight.first + flight.count > batch.items) FAIL("a chunk is no chunk");
    bool fresh = !batch.came_back;
    for (std::uint64_t i = flight.first; i < flight.first + flight.count; ++i) {
      if (batch.state[i] != ItemState::waiting) FAIL("item " << i << " was dispatched twice");
      if (batch.attempt[i] != flight.attempt) FAIL("an attempt is miscounted");
      batch.state[i] = ItemState::out;
    }
    check_target(batch, flight.engine);
    WatchedEngine& on = engine(flight.engine);
    const farm::CountOrAutomatic hwm = batch.options.hwm;
    const auto room = static_cast<std::uint64_t>(hwm.is_automatic() ? 16 : hwm.count());
    // Where routes compete for a slot, its mark bounds what a route has under way in all.
    if (on.depth > batch.besides.depth)
      FAIL("an engine that waits got a task that cannot run there");
    if (room != 0 && to_run(flight.engine) >= room && under_way(batch) >= room * width(batch)) {
      FAIL("an engine got more than it may hold");
    }
    // What is late is overtaken, and may come back.
    if (fresh && !overtakes_ && batch.options.order == farm::Order::submission) {
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
    WatchedBatch& batch = batches_.at(number);
    if (!batch.live) FAIL("a batch was released twice");
    if (batch.flights != 0) FAIL("a batch was released with chunks under way");
    if (batch.ended != batch.items) FAIL("a batch was released too early");
    batch.live = false;
    --live_;
    free_.push_back(number);
  }

  std::vector<int> hosts_;
  farm::policy::Scheduler scheduler_;
  std::vector<WatchedBatch> batches_;
  std::vector<std::uint32_t> free_;
  std::vector<WatchedEngine> engines_;
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
  bool overtakes_ = false;  // there has been a deadline
  std::string event_;       // the last one
  std::vector<farm::policy::Flight> landing_;
  farm::policy::Moment now_ = 1;
};

}  // namespace unit
