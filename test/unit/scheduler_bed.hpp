#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "policy/scheduler.hpp"

namespace unit {

/// A scheduler under observation. It is driven like the hub drives it, and after every event the
/// promises are checked: an item is dispatched at most once, to an engine that may run it and has
/// room for it, in the order of its route; a batch is released once, when nothing of it is left.
class SchedulerBed {
 public:
  explicit SchedulerBed(int engines) : scheduler_(ids(engines)), loads_(engines + 1) {}

  static std::vector<farm::EngineId> ids(int engines) {
    std::vector<farm::EngineId> ids;
    for (int rank = 1; rank <= engines; ++rank) ids.emplace_back(rank);
    return ids;
  }

  farm::policy::BatchNumber submit(std::uint64_t items, std::uint64_t route,
                                   const farm::TaskOptions& options, std::uint32_t kernel = 0,
                                   double bytes_per_item = 8) {
    const std::uint32_t number = free_number();
    batches_[number] = {options, route, ++sequence_, items, 0, 0, 0, std::vector<bool>(items),
                        true};
    ++live_;
    apply(scheduler_.submit({number, items, kernel, bytes_per_item, route, &options}));
    return number;
  }

  /// The chunk that is n-th in flying() comes back.
  farm::policy::Flight finish(std::size_t n = 0, std::int64_t run_ns = 1000,
                              std::size_t bytes = 8) {
    const farm::policy::Dispatch back = flying_.at(n);
    flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(n));
    --batches_[back.flight.batch].flights;
    batches_[back.flight.batch].finished += back.flight.count;
    --load(back.flight.engine);
    apply(scheduler_.finish(back.ticket, run_ns, bytes));
    return back.flight;
  }

  farm::policy::Flight finish_ticket(farm::policy::Ticket ticket, std::int64_t run_ns) {
    const auto at = std::ranges::find(flying_, ticket, &farm::policy::Dispatch::ticket);
    return finish(static_cast<std::size_t>(at - flying_.begin()), run_ns);
  }

  /// Returns the number of items that were never dispatched.
  std::uint64_t cancel(farm::policy::BatchNumber number) {
    const farm::policy::Actions* actions = nullptr;
    const farm::policy::Abandon abandon = scheduler_.cancel(number, actions);
    Watched& batch = batches_[number];
    for (std::uint64_t i = abandon.first; i < abandon.first + abandon.count; ++i) {
      if (batch.seen.at(i)) FAIL("item " << i << " was abandoned after it was dispatched");
      batch.seen[i] = true;
    }
    batch.abandoned += abandon.count;
    apply(*actions);
    return abandon.count;
  }

  void drain() {
    while (!flying_.empty()) finish();
    check_empty();
  }

  void check_empty() const {
    CHECK(flying_.empty());
    CHECK(live_ == 0);
    CHECK(scheduler_.in_flight() == 0);
    for (std::size_t rank = 1; rank < loads_.size(); ++rank) {
      CHECK(scheduler_.load(static_cast<int>(rank)) == 0);
    }
  }

  const std::deque<farm::policy::Dispatch>& flying() const { return flying_; }
  std::size_t live() const { return live_; }
  bool is_live(std::uint32_t number) const {
    return number < batches_.size() && batches_[number].live;
  }
  std::size_t numbers() const { return batches_.size(); }
  std::uint64_t load_of(int rank) const { return loads_[static_cast<std::size_t>(rank)]; }
  const farm::policy::Scheduler& scheduler() const { return scheduler_; }
  /// What the last event sent out.
  const std::vector<farm::policy::Dispatch>& sent() const { return sent_; }

 private:
  using Place = std::pair<std::uint64_t, std::uint64_t>;  // batch, item
  struct Watched {
    farm::TaskOptions options;
    std::uint64_t route = 0;
    std::uint64_t sequence = 0;
    std::uint64_t items = 0;
    std::uint64_t flights = 0;
    std::uint64_t finished = 0;
    std::uint64_t abandoned = 0;
    std::vector<bool> seen;
    bool live = false;
  };

  std::uint64_t& load(farm::EngineId engine) {
    return loads_.at(static_cast<std::size_t>(engine.rank()));
  }

  std::uint64_t under_way(const Watched& batch) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(flying_, [&](const auto& dispatch) {
      return batches_[dispatch.flight.batch].route == batch.route;
    }));
  }
  std::uint64_t width(const Watched& batch) const {
    return batch.options.targets.empty() ? loads_.size() - 1 : batch.options.targets.size();
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

  void apply(const farm::policy::Actions& actions) {
    sent_ = actions.dispatches;
    for (const farm::policy::Dispatch& dispatch : sent_) watch(dispatch);
    for (const farm::policy::BatchNumber number : actions.released) release(number);
    if (const std::string broken = scheduler_.validate(); !broken.empty()) FAIL(broken);
    if (scheduler_.in_flight() != flying_.size()) FAIL("in_flight() is wrong");
  }

  void watch(const farm::policy::Dispatch& dispatch) {
    const farm::policy::Flight& flight = dispatch.flight;
    Watched& batch = batches_.at(flight.batch);
    if (!batch.live) FAIL("a released batch was dispatched");
    if (flight.count == 0 || flight.first + flight.count > batch.items) FAIL("a chunk is no chunk");
    for (std::uint64_t i = flight.first; i < flight.first + flight.count; ++i) {
      if (batch.seen[i]) FAIL("item " << i << " was dispatched twice");
      batch.seen[i] = true;
    }
    const auto& targets = batch.options.targets;
    if (!targets.empty() && std::ranges::find(targets, flight.engine) == targets.end()) {
      FAIL("a chunk went to an engine that is no target of it");
    }
    const farm::CountOrAutomatic hwm = batch.options.hwm;
    const auto room = static_cast<std::uint64_t>(hwm.is_automatic() ? 16 : hwm.count());
    // Where routes compete for a slot, its mark bounds what a route has under way in all.
    if (room != 0 && load(flight.engine) >= room && under_way(batch) >= room * width(batch)) {
      FAIL("an engine got more than it may hold");
    }
    const Place now(batch.sequence, flight.first);
    auto& last = last_of_route_[batch.route];
    if (last != Place() && now <= last) FAIL("a route was served out of order");
    last = now;
    ++load(flight.engine);
    ++batch.flights;
    flying_.push_back(dispatch);
  }

  void release(farm::policy::BatchNumber number) {
    Watched& batch = batches_.at(number);
    if (!batch.live) FAIL("a batch was released twice");
    if (batch.flights != 0) FAIL("a batch was released with chunks under way");
    if (batch.finished + batch.abandoned != batch.items) FAIL("a batch was released too early");
    batch.live = false;
    --live_;
    free_.push_back(number);
  }

  farm::policy::Scheduler scheduler_;
  std::vector<Watched> batches_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint64_t> loads_;
  std::deque<farm::policy::Dispatch> flying_;  // in order of dispatch
  std::vector<farm::policy::Dispatch> sent_;
  std::map<std::uint64_t, Place> last_of_route_;
  std::uint64_t sequence_ = 0;
  std::size_t live_ = 0;
};

}  // namespace unit
