// Which chunk an engine with room gets.

#include <algorithm>

#include "policy/chunking.hpp"
#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

// Lanes that are asked for a chunk to queue behind others. For an idle engine all are asked.
constexpr int asked = 8;

}  // namespace

// The engine has room: gives it what is next until it holds as much as it may.
void Scheduler::refill(std::uint32_t number, bool freed) {
  EngineState& engine = engines_[number];
  if (!gangs_.empty() && reservation_.lane == none && !engine.waits()) consider_gang(number);
  if (!engine.held || engine.waits()) {
    // A slot that several lanes want goes to the one whose turn it is.
    contested_ = freed && !engine.waits() && contested(number);
    bool more = serve_next(number, engine.load());
    contested_ = false;
    while (more) more = serve_next(number, engine.load());
  }
  // The load is written once, at the end: most often the engine gets as much as it gave.
  set_load(number);
  if (!gangs_.empty()) {
    start_gangs();
    // An engine that is held may run what will be back in time.
    while (engine.load() == 0 && serve_next(number, 0)) set_load(number);
  }
  fill_again();
  if (engine.load() == 0) look_for_work(number);
}

// Lanes of which something else is first now.
void Scheduler::fill_again() {
  while (!to_fill_.empty()) {
    const std::uint32_t lane = to_fill_.back();
    to_fill_.pop_back();
    fill(lane);
  }
}

bool Scheduler::contested(std::uint32_t engine) const {
  std::size_t lanes = sets_[EngineSets::universal].turns.lanes();
  for (const Membership& m : engines_[engine].sets) lanes += sets_[m.set].turns.lanes();
  return lanes > 1;
}

// One chunk of whatever lane is next to the engine.
bool Scheduler::serve_next(std::uint32_t number, std::uint64_t load) {
  if (engines_[number].sets.empty()) {
    Turns& all = sets_[EngineSets::universal].turns;
    Turns::Line* line = all.best(shares_);
    if (line == nullptr) return false;
    if (serve_line(all, *line, number, load)) return true;
    if (all.lines() <= 1) return false;
  }
  return serve_choice(number, load);
}

// The same where more than one line or set may have it.
bool Scheduler::serve_choice(std::uint32_t number, std::uint64_t load) {
  EngineState& engine = engines_[number];
  Turns& all = sets_[EngineSets::universal].turns;
  std::vector<Choice> choices;
  const auto add = [&](Turns& turns, std::uint64_t& served) {
    Turns::Line* best = turns.best(shares_);
    if (best == nullptr) return;
    if (turns.lines() == 1 || load != 0) {
      choices.push_back({&turns, best, &served});
      return;
    }
    for (Turns::Line* line : turns.in_order(shares_)) choices.push_back({&turns, line, &served});
  };
  add(all, all_served_[number]);
  for (Membership& m : engine.sets) add(sets_[m.set].turns, m.served);
  if (choices.size() > 1) {
    // Of one share and priority, the set that was served here the longest ago.
    std::sort(choices.begin(), choices.end(), [&](const Choice& a, const Choice& b) {
      if (a.line->share == b.line->share) {
        if (a.line->priority() != b.line->priority()) {
          return a.line->priority() > b.line->priority();
        }
        return *a.served < *b.served;
      }
      const double one = shares_.time(a.line->share);
      const double other = shares_.time(b.line->share);
      return one != other ? one < other : *a.served < *b.served;
    });
  }
  for (const Choice& choice : choices) {
    if (choice.turns->empty() || choice.line->lanes == 0) continue;
    if (!serve_line(*choice.turns, *choice.line, number, load)) continue;
    *choice.served = dispatches_;
    return true;
  }
  return false;
}

bool Scheduler::serve_line(Turns& turns, Turns::Line& line, std::uint32_t engine,
                           std::uint64_t load) {
  if (!engines_[engine].sets.empty() && serve_fan(line, engine, load)) return true;
  int left = asked;
  for (std::size_t i = 0; i < line.levels.size(); ++i) {
    std::uint32_t at = line.levels[i].first;
    while (at != none) {
      const std::uint32_t lane = at;
      at = lanes_[lane].ring_after;
      const bool last = line.lanes == 1;
      if (serve(lane, engine, load)) {
        if (has_work(lanes_[lane])) {
          turns.served(lanes_, lane);
        } else {
          leave_turns(lane);
        }
        return true;
      }
      if (!has_work(lanes_[lane])) {
        leave_turns(lane);
        if (last) return false;
        // The ring may have gone with its last lane.
        return serve_line(turns, line, engine, load);
      }
      if (load != 0 && --left == 0) return false;
    }
  }
  return false;
}

// A lane that prefers the engine comes before others of the same share and priority.
bool Scheduler::serve_fan(const Turns::Line& line, std::uint32_t number, std::uint64_t load) {
  for (const Membership& m : engines_[number].sets) {
    int left = asked;
    for (std::uint32_t at = sets_[m.set].first_fan; at != none && left > 0; --left) {
      const std::uint32_t lane = at;
      at = lanes_[lane].fan_after;
      if (lanes_[lane].share != line.share || lanes_[lane].priority != line.priority()) continue;
      if (!sets_.contains(lanes_[lane].set, number) || !serve(lane, number, load)) continue;
      if (has_work(lanes_[lane])) {
        turns_of(lanes_[lane]).served(lanes_, lane);
      } else {
        leave_turns(lane);
      }
      return true;
    }
  }
  return false;
}

// One chunk of the lane to the engine, which holds `load`, if there is one and it may hold more.
// The caller writes the new load.
bool Scheduler::serve(std::uint32_t number, std::uint32_t engine, std::uint64_t load) {
  Lane& lane = lanes_[number];
  // Most often the engine has just got what it had room for.
  if (load >= lane.fixed_limit && !contested_) return false;
  if (bounded_) put_off(number);
  const Next next = next_for(lane, engine);
  if (next.batch == none) return false;
  // A slot that has become free and that several lanes want goes to the one whose turn it is even
  // if the others' chunks exceed its mark: otherwise a lane with a low mark would wait until those
  // with higher ones have nothing left.
  const std::uint64_t limit = limit_of(lane, next.batch);
  if (load >= limit && !(contested_ && lane.in_flight < limit * width(lane))) return false;
  return give(number, engine, next);
}

// What the engine would get of the lane; what is first in it for no engine in particular.
Scheduler::Next Scheduler::next_for(Lane& lane, std::uint32_t engine) {
  if (lane.extra) {
    // Two groups are enough to find one that is not the engine's own.
    int groups = 0;
    for (const auto& [avoid, ready] : lane.extra->ready) {
      const std::uint32_t piece = ready.begin()->second;
      const BatchNumber batch = pieces_[piece].batch;
      if (engine == none) return {batch, piece};
      if (suits(lane, {batch, piece}, engine)) return {batch, piece};
      if (++groups == 2 && lane.extra->refused.empty()) break;
    }
  }
  if (!has_fresh(lane)) return {};
  const Next fresh{lane.first, none};
  return engine == none || suits(lane, fresh, engine) ? fresh : Next();
}

// Chunks that an engine may hold.
std::uint64_t Scheduler::limit_of(const Lane& lane, BatchNumber batch) {
  if (!lane.hwm.is_automatic()) return lane.fixed_limit;
  return high_water_mark(lane.hwm, lane.chunk, estimates_.of(works_[batch].kernel));
}

}  // namespace farm::policy
