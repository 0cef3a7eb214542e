#pragma once
// What the scheduler is told and what it answers.

#include <cstdint>
#include <span>
#include <vector>

#include "farm/options.hpp"

namespace farm::policy {

/// A point in time in ns, by whatever clock the caller has; it never goes back.
using Moment = std::int64_t;
/// A batch by the number that the hub gave it. Numbers are small and used again.
using BatchNumber = std::uint32_t;
/// A chunk that an engine holds. Numbers are small and used again.
using Ticket = std::uint32_t;

/// A batch as the scheduler sees it: so many items of one kernel.
struct Submit {
  BatchNumber batch = 0;
  std::uint64_t items = 0;  ///< at least 1
  std::uint32_t kernel = 0;
  double bytes_per_item = 0;
  /// Batches of one route have the same options, share and depth.
  std::uint64_t route = 0;
  const TaskOptions* options = nullptr;  ///< read during the call only
  /// Shares get the engines' time in proportion to the weights in their options.
  std::uint32_t share = 0;
  /// Of each item, in the order of dispatch; not increasing where the order is longest_first.
  /// Empty: unknown. Read during the call only.
  std::span<const double> costs = {};
  /// Only these engines may run it, whatever the targets say. Empty: as the targets say.
  std::span<const EngineId> pinned = {};
  bool conditional = false;  ///< engines may refuse its chunks
  std::uint32_t depth = 0;   ///< of tasks that tasks submit: one more than theirs
};

/// Items [first, first + count) of a batch on an engine.
struct Flight {
  BatchNumber batch = 0;
  EngineId engine;
  std::uint64_t first = 0;
  std::uint64_t count = 0;  ///< 0: the ticket is free
  std::uint32_t attempt = 1;
  std::uint32_t deaths = 0;  ///< attempts before this one that ended because an engine died
};

/// Send the items to the engine.
struct Dispatch {
  Ticket ticket = 0;
  Flight flight;
};

/// A chunk on an engine that is to be lost.
struct Held {
  Ticket ticket = 0;
  Flight flight;
  bool started = false;  ///< it was running, as far as anybody can know: it may be the cause
};

/// Items of such a chunk that do not run again for the loss.
struct GivenUp {
  Ticket ticket = 0;  ///< an item may be on the engine twice
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// Start one item on several engines together: a ticket for each, in rank order. Their flights are
/// those of the item; they are not among the dispatches.
struct Gang {
  BatchNumber batch = 0;
  std::vector<Ticket> tickets;
};

/// Items [first, first + count) of a batch that will not be dispatched (again).
struct Abandon {
  BatchNumber batch = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// What the hub has to do after an event. Valid until the next event.
struct Actions {
  std::vector<Dispatch> dispatches;
  /// Batches that the scheduler has forgotten: their numbers may be used again.
  std::vector<BatchNumber> released;
  /// Ask for these chunks back, unless they have started.
  std::vector<Ticket> retracts;
  std::vector<Gang> gangs;
  /// No engine is left for what these have not dispatched: cancel them.
  std::vector<BatchNumber> refused;
  /// What was dropped by cancel or given up, or came back to run again after it.
  std::vector<Abandon> abandoned;

  void clear() {
    dispatches.clear();
    released.clear();
    retracts.clear();
    gangs.clear();
    refused.clear();
    abandoned.clear();
  }
};

/// Why the items of a batch are not running. For people: looks at everything.
struct Standing {
  std::uint64_t undispatched = 0;  ///< items that wait here, those to run again included
  std::uint64_t in_flight = 0;     ///< chunks
  std::vector<EngineId> engines;   ///< that hold them, the first eight
  std::uint64_t ahead = 0;         ///< items of other batches before it in its queue
  std::uint64_t eligible = 0;      ///< engines that may run it by its targets
  std::uint64_t idle = 0;          ///< of these: have nothing to do and are not held for a gang
  std::uint64_t full = 0;          ///< of these: hold as many chunks as they may
  std::uint64_t refused = 0;       ///< of these: do not meet its requirement
  std::uint64_t held = 0;          ///< of these: kept free for a gang
  std::uint64_t backing_off = 0;   ///< items that wait for their next attempt
  std::uint64_t late = 0;          ///< items that would end after the deadline
  Moment until = 0;                ///< when the first of them may run again
  std::uint64_t ranks = 1;         ///< engines that an item needs together
  std::uint64_t gang_held = 0;     ///< engines that are free and kept for it
  bool reserved = false;           ///< it is the gang that engines are held for
  bool priority_ahead = false;     ///< higher priorities of its share have work
  bool share_ahead = false;        ///< it is another share's turn
};

}  // namespace farm::policy
