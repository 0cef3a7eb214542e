#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "farm/options.hpp"
#include "policy/estimate.hpp"
#include "policy/placement.hpp"

namespace farm::policy {

/// A batch by the number that the hub gave it. Numbers are small and used again.
using BatchNumber = std::uint32_t;
/// A chunk that an engine holds. Numbers are small and used again.
using Ticket = std::uint32_t;

using Moment = std::int64_t;
struct Submit {
  BatchNumber batch = 0;
  std::uint64_t items = 0;  ///< at least 1
  std::uint32_t kernel = 0;
  double bytes_per_item = 0;
  std::uint64_t route = 0;
  const TaskOptions* options = nullptr;  ///< read during the call only
  std::uint32_t share = 0;
  std::span<const double> costs;
  std::span<const EngineId> pinned;
  bool conditional = false;
  std::uint32_t depth = 0;               ///< of tasks that tasks submit: one more than theirs
};
struct Flight {
  BatchNumber batch = 0;
  EngineId engine;
  std::uint64_t first = 0;
  std::uint64_t count = 0;  ///< 0: the ticket is free
  std::uint32_t attempt = 1;
};
struct Dispatch {
  Ticket ticket = 0;
  Flight flight;
};
struct Gang {
  BatchNumber batch = 0;
  std::vector<Ticket> tickets;
};
struct Abandon {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
struct Actions {
  std::vector<Dispatch> dispatches;
  std::vector<BatchNumber> released;
  std::vector<Ticket> retracts;
  std::vector<Gang> gangs;
  std::vector<BatchNumber> refused;
  std::vector<Abandon> abandoned;  // by cancel
};
class Scheduler {
 public:
  explicit Scheduler(const std::vector<EngineId>& engines);
  const Actions& submit(const Submit& submit, Moment now);
  const Actions& finish(Ticket ticket, std::int64_t run_ns, std::size_t bytes, Moment now);
  void requeue(Ticket ticket, std::uint64_t first, std::uint64_t count, Moment not_before, Moment now);
  const Actions& returned(Ticket ticket, Moment now);
  const Actions& refuse(Ticket ticket, Moment now);
  const Actions& cancel(BatchNumber batch, Moment now);
  const Actions& occupy(EngineId engine, Moment now);
  const Actions& vacate(EngineId engine, Moment now);
  const Actions& wait(EngineId engine, std::uint32_t depth, Moment now);
  const Actions& expire(Moment now);
  std::optional<Moment> next_time() const;
  Ticket tickets() const;
  /// The chunk of a ticket; null if there is no such chunk.
  const Flight* flight(Ticket ticket) const;
  /// Chunks that the engine holds.
  std::uint64_t load(EngineId engine) const;
  std::uint64_t in_flight() const { return in_flight_; }

  /// An empty string, or which invariant does not hold. For tests: looks at everything.
  std::string validate() const;

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

  // 32 bytes: there is one for every task that somebody submitted alone.
  struct Work {
    std::uint64_t next = 0;  // first item that is not dispatched
    std::uint64_t end = 0;
    std::uint32_t after = none;  // in its lane's queue
    std::uint32_t lane = none;
    std::uint32_t kernel = 0;
    std::uint32_t flights : 31 = 0;
    std::uint32_t queued : 1 = 0;
  };
  struct Lane {
    std::uint64_t route = 0;
    CountOrAutomatic chunk = automatic;
    CountOrAutomatic hwm = automatic;
    std::uint64_t fixed_limit = unlimited;  // what hwm says, or no limit if it is automatic
    std::vector<std::uint32_t> targets;     // empty: any
    std::size_t turn = 0;                   // where the search for a free target begins
    std::uint32_t first = none;             // queue of works that have items to dispatch
    std::uint32_t last = none;
    std::uint64_t works = 0;      // queued or in flight
    std::uint64_t in_flight = 0;  // chunks
    std::uint32_t depth = 0;      // of its tasks
    bool ringed = false;          // whether the lane stands in ring_
    bool resting = false;         // whether it stands in resting_lanes_
    bool full = false;            // no named target was free when last looked for
  };
  struct EngineLanes {
    std::vector<std::uint32_t> lanes;  // lanes that name this engine as a target
    std::uint32_t turn = 0;
    std::uint32_t depth = 0;           // it runs chunks from this depth on
    std::vector<std::uint64_t> holds;  // chunks by depth
  };

  std::uint64_t runnable(std::uint32_t engine) const;
  std::uint32_t waiting_engine(const Lane& lane) const;
  void feed(std::uint32_t engine);
  std::uint32_t lane_of(const Submit& submit);
  void retire_lanes();
  void enqueue(std::uint32_t number, BatchNumber batch);
  bool has_work(std::uint32_t number);
  std::uint64_t width(const Lane& lane) const;
  std::uint32_t least_loaded(Lane& lane) const;
  void fill(std::uint32_t number);
  bool may_hold(const Lane& lane, const Estimate& estimate, std::uint64_t load) const;
  bool serve(std::uint32_t number, std::uint32_t engine, std::uint64_t load);
  bool serve_next(std::uint32_t engine, std::uint64_t load);
  bool serve_named(std::uint32_t engine, std::uint64_t load);
  bool serve_ring(std::uint32_t engine, std::uint64_t load);
  void assign_statically(std::uint32_t number);
  void dispatch(std::uint32_t number, std::uint32_t engine, std::uint64_t count);
  void settle(BatchNumber batch);
  bool starves(const Lane& lane) const;

  LoadBuckets loads_;
  std::vector<std::uint32_t> ids_;
  Estimates estimates_;
  std::vector<Work> works_;
  std::vector<Lane> lanes_;
  std::vector<std::uint32_t> free_lanes_;
  std::deque<std::uint32_t> resting_lanes_;
  std::unordered_map<std::uint64_t, std::uint32_t> lane_by_route_;
  std::deque<std::uint32_t> ring_;  // untargeted lanes with work, whose turn it is first
  std::vector<EngineLanes> engines_;
  std::vector<std::uint32_t> waiting_;  // engines with a depth above 0
  std::vector<Flight> flights_;
  std::vector<Ticket> free_tickets_;
  std::uint64_t in_flight_ = 0;
  bool contested_ = false;  // while a slot is given away that several lanes may want
  Actions actions_;
};

}  // namespace farm::policy
