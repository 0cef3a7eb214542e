// Which of the engines that have room gets a chunk: what happens when there is new work.

#include <algorithm>
#include <cmath>

#include "policy/chunking.hpp"
#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

// Beyond so many draws that found no room the least loaded engine is taken.
constexpr int draws = 16;

}  // namespace

// Gives the lane's work to engines until all of them hold as much as they may; what is left takes
// turns with other lanes.
void Scheduler::fill(std::uint32_t number) {
  if (lanes_[number].gang()) {
    if (has_work(lanes_[number])) take_turns(number);
    return start_gangs();
  }
  if (!lanes_[number].hwm.is_automatic() && lanes_[number].hwm.count() == 0 &&
      lanes_[number].chunk.is_automatic() && !lanes_[number].extra) {
    assign_statically(number);
  }
  while (place(number)) {
  }
  if (reservation_.lane != none) {
    while (has_work(lanes_[number]) && backfill(number)) {
    }
  }
  if (has_work(lanes_[number]))
    take_turns(number);
  else
    leave_turns(number);
}

// One chunk of the lane to an engine that has room. What must not run on the engines with room does
// not hold up what comes after it.
bool Scheduler::place(std::uint32_t number) {
  if (bounded_) put_off(number);
  Lane& lane = lanes_[number];
  if (lane.extra) {
    for (const auto& [avoid, ready] : lane.extra->ready) {
      const std::uint32_t piece = ready.begin()->second;
      if (place(number, {pieces_[piece].batch, piece})) return true;
      if (lane.extra->refused.empty() && avoid == 0) return false;
    }
  }
  return has_fresh(lane) && place(number, {lane.first, none});
}

bool Scheduler::place(std::uint32_t number, const Next& next) {
  Lane& lane = lanes_[number];
  const std::uint32_t engine = choose(lane, limit_of(lane, next.batch), next);
  if (engine == none || !give(number, engine, next)) return false;
  set_load(engine);
  // Preferences and chance leave engines idle that may help out later.
  if (idle_.count() != 0 && engines_[engine].load() > 1) look_again_at(now_ + look_after_);
  return true;
}

std::uint32_t Scheduler::choose(Lane& lane, std::uint64_t limit, const Next& next) {
  if (!hungry_.empty()) {
    const std::uint32_t engine = hungry_for(lane, next);
    if (engine != none) return engine;
  }
  if (lane.preferred != none) {
    const std::uint32_t engine = choose_in(lane.preferred, lane.scheme, limit, lane, next);
    if (engine != none) return engine;
  }
  return choose_in(lane.set, lane.scheme, limit, lane, next);
}

// An engine of the set that has room for a chunk of the lane; none if there is none.
std::uint32_t Scheduler::choose_in(std::uint32_t number, Scheme scheme, std::uint64_t limit,
                                   const Lane& lane, const Next& next) {
  EngineSet& set = sets_[number];
  if (set.engines.empty()) return none;
  if (!set.loads) {
    const std::uint32_t engine = set.engines.front();
    const EngineState& state = engines_[engine];
    return !state.held && state.load() < limit && suits(lane, next, engine) ? engine : none;
  }
  if (scheme != Scheme::leastload) {
    const std::uint32_t engine = draw(number, scheme, limit, lane, next);
    if (engine != none) return engine;
  }
  const bool direct = number == EngineSets::universal;
  const auto engine_at = [&](std::uint32_t p) { return direct ? p : set.engines[p]; };
  const std::uint32_t least = set.loads->least();
  if (least == LoadBuckets::none || set.loads->load(least) >= limit) return none;
  if (!lane.extra && number == lane.set) return engine_at(least);
  const std::uint32_t found = set.loads->find(
      limit, [&](std::uint32_t position) { return suits(lane, next, engine_at(position)); });
  return found == LoadBuckets::none ? none : engine_at(found);
}

// The schemes that are not leastload; none if there was no room where they looked.
std::uint32_t Scheduler::draw(std::uint32_t number, Scheme scheme, std::uint64_t limit,
                              const Lane& lane, const Next& next) {
  EngineSet& set = sets_[number];
  const auto room = [&](std::uint32_t engine) {
    const EngineState& state = engines_[engine];
    return !state.held && state.load() < limit && suits(lane, next, engine);
  };
  if (scheme == Scheme::lru) {
    if (!set.by_use) {
      set.by_use = std::make_unique<std::set<std::pair<std::uint64_t, std::uint32_t>>>();
      for (const std::uint32_t engine : set.engines) {
        set.by_use->emplace(engines_[engine].used, engine);
      }
    }
    // Who has no room is looked at again when it has given a chunk back.
    for (int i = 0; i < draws && !set.by_use->empty(); ++i) {
      const auto [used, engine] = *set.by_use->begin();
      if (used == engines_[engine].used && room(engine)) return engine;
      set.by_use->erase(set.by_use->begin());
      if (used != engines_[engine].used) set.by_use->emplace(engines_[engine].used, engine);
    }
    return none;
  }
  const auto any = [&] { return set.engines[random_() % set.engines.size()]; };
  std::uint32_t first = none;
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t engine = any();
    if (!room(engine)) continue;
    if (scheme == Scheme::plainrandom) return engine;
    const EngineState& state = engines_[engine];
    if (scheme == Scheme::weighted && random_() % (1 + state.load()) != 0) continue;
    if (first == none) {
      first = engine;
      continue;
    }
    const EngineState& other = engines_[first];
    if (scheme == Scheme::twobin) return state.used < other.used ? engine : first;
    return state.load() < other.load() ? engine : first;
  }
  return first;
}

// Whether the engine may run what is next now, room or not.
bool Scheduler::suits(const Lane& lane, const Next& next, std::uint32_t engine) const {
  return engines_[engine].depth <= lane.depth && may_run(lane, next, engine);
}

// Whether it may when its kernel does not wait.
bool Scheduler::may_run(const Lane& lane, const Next& next, std::uint32_t engine) const {
  if (lane.gang() && engines_[engine].apart) return false;
  if (lane.preferred != none && !sets_.contains(lane.set, engine)) return false;
  if (next.piece != none && pieces_[next.piece].avoid == engine) return false;
  if (!lane.extra || lane.extra->refused.empty() || works_[next.batch].special == 0) return true;
  return !lane.extra->refuses(engine, extras_.at(next.batch).order);
}

void Scheduler::assign_statically(std::uint32_t number) {
  if (bounded_) put_off(number);
  for (std::uint64_t blocks = width(lanes_[number]); blocks > 0 && has_fresh(lanes_[number]);
       --blocks) {
    Lane& lane = lanes_[number];
    const Next next{lane.first, none};
    const std::uint32_t engine = choose(lane, unlimited, next);
    if (engine == none) return;
    const Work& work = works_[next.batch];
    std::uint64_t block = block_size(work.end - work.next, blocks);
    if (bounded_ && !within_bounds(lane, engine, next, block)) return;
    // Larger ones go in parts, which the width of a frame's count bounds.
    for (std::uint64_t left = block; left > 0; left -= std::min(left, largest_chunk)) {
      dispatch(number, engine, next, std::min(left, largest_chunk));
    }
    set_load(engine);
  }
}

// One chunk of the lane to an engine that waits for a gang, if it will be back in time.
bool Scheduler::backfill(std::uint32_t number) {
  for (const std::uint32_t engine : reservation_.engines) {
    if (engines_[engine].waits() || engines_[engine].load() != 0) continue;
    if (!sets_.contains(lanes_[number].set, engine)) continue;
    if (!serve(number, engine, 0)) return false;
    set_load(engine);
    return true;
  }
  return false;
}

}  // namespace farm::policy
