// How a chunk is handed out: how many items it has, and what is written down of it.

#include <algorithm>

#include "policy/chunking.hpp"
#include "policy/scheduler.hpp"

namespace farm::policy {

// What is next in the lane to the engine, which may hold more. The caller writes the new load.
bool Scheduler::give(std::uint32_t number, std::uint32_t engine, const Next& next) {
  std::uint64_t count = 1;
  if (next.piece == none)
    count = chunk_of(lanes_[number], next.batch, engine);
  else if (!pieces_[next.piece].singly)
    count = pieces_[next.piece].count;
  if (bounded_ && !within_bounds(lanes_[number], engine, next, count)) return false;
  dispatch(number, engine, next, count);
  return true;
}

std::uint64_t Scheduler::chunk_of(const Lane& lane, BatchNumber batch, std::uint32_t engine) {
  const Work& work = works_[batch];
  if (work.end - work.next == 1) return 1;
  const Remaining remaining{work.end - work.next, width(lane)};
  const std::uint64_t count =
      chunks_.next(batch, lane.chunk, remaining, estimates_.of(work.kernel), engine);
  if (work.special == 0 || count == 1 || !lane.chunk.is_automatic()) return count;
  const WorkExtra& extra = extras_.at(batch);
  if (extra.cost_before.empty()) return count;
  // What is cheap in number may be dear in cost: two more rounds for every engine, by cost.
  const double fair =
      extra.cost(work.next, work.end - work.next) / (2 * static_cast<double>(remaining.engines));
  const auto begin = extra.cost_before.begin() + static_cast<std::ptrdiff_t>(work.next);
  const auto end = begin + static_cast<std::ptrdiff_t>(count) + 1;
  const auto beyond = std::upper_bound(begin, end, *begin + fair);
  return beyond - begin < 2 ? 1 : static_cast<std::uint64_t>(beyond - begin) - 1;
}

// Run time of these items in ns; negative: unknown.
double Scheduler::expected(BatchNumber batch, std::uint64_t first, std::uint64_t count) const {
  const Work& work = works_[batch];
  if (work.special != 0) {
    const WorkExtra& extra = extras_.at(batch);
    const double rate = ns_per_cost_[work.kernel];
    if (!extra.cost_before.empty() && rate > 0) return extra.cost(first, count) * rate;
  }
  const Estimate& estimate = estimates_.of(work.kernel);
  return estimate.known() ? estimate.mean() * static_cast<double>(count) : -1;
}

double Scheduler::charge_for(BatchNumber batch, std::uint64_t first, std::uint64_t count) {
  const double run = expected(batch, first, count);
  return run < 0 ? typical_ns_ : run;
}

void Scheduler::dispatch(std::uint32_t number, std::uint32_t engine, const Next& next,
                         std::uint64_t count) {
  Lane& lane = lanes_[number];
  Work& work = works_[next.batch];
  Flight flight{next.batch, static_cast<int>(engine), work.next, count, 1};
  if (next.piece != none) {
    take_piece(next.piece, flight);
  } else {
    work.next += count;
    if (lane.extra && lane.extra->by_cost) again_by_cost(number, next.batch);
  }
  const double charged = charge_for(next.batch, flight.first, count);
  shares_.charge(lane.share, charged, false);
  const Ticket ticket = take_off(lane, engine, flight, charged);
  actions_.dispatches.push_back({ticket, flight});
  if (next.piece == none && work.next == work.end && work.queued != 0) has_fresh(lane);
  // What is first in the lane now may suit engines that have refused what was first before.
  if (lane.extra && !lane.extra->refused.empty()) to_fill_.push_back(number);
}

Ticket Scheduler::take_off(Lane& lane, std::uint32_t number, const Flight& flight, double charged) {
  const Ticket ticket = flights_.open(flight);
  flights_[ticket].charged = static_cast<float>(charged);
  EngineState& engine = engines_[number];
  if (engine.first == none) engine.since = now_;
  flights_.append(engine, ticket);
  if (lane.depth >= engine.by_depth.size()) engine.by_depth.resize(lane.depth + 1);
  ++engine.by_depth[lane.depth];
  engine.used = ++dispatches_;
  engine.hoping = false;
  ++works_[flight.batch].flights;
  ++lane.in_flight;
  return ticket;
}

// Writes the engine's load wherever it is looked for.
void Scheduler::set_load(std::uint32_t number) {
  EngineState& engine = engines_[number];
  const std::uint32_t load = engine.load();
  if (load == engine.listed) return;
  engine.listed = load;
  const auto write = [&](EngineSet& set, std::uint32_t position) {
    if (!set.loads || load == set.loads->load(position)) return;
    if (set.by_use && load < set.loads->load(position)) {
      // Entries that are out of date go when they come first, but not more than a few an engine.
      if (set.by_use->size() > 4 * set.engines.size())
        set.by_use.reset();
      else
        set.by_use->emplace(engine.used, number);
    }
    set.loads->set(position, load);
  };
  write(sets_[EngineSets::universal], number);
  for (const Membership& m : engine.sets) write(sets_[m.set], m.position);
  idle_.set(number, load == 0);
  if (engine.waits() || engine.hungry) note_hunger(number);
}

}  // namespace farm::policy
