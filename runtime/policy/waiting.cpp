// Engines whose kernels wait for tasks that they have submitted. They run only deeper ones
// meanwhile, so that the tasks for which the deepest waits can always run.

#include <algorithm>
#include <array>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr std::size_t victims_asked = 8;
constexpr std::size_t chunks_looked_at = 16;

}  // namespace

std::uint32_t Scheduler::depth_of(Ticket ticket) const {
  return lanes_[works_[flights_[ticket].flight.batch].lane].depth;
}

const Actions& Scheduler::wait(EngineId id, std::uint32_t depth, Moment now) {
  actions_.clear();
  now_ = now;
  const auto number = static_cast<std::uint32_t>(id.rank());
  EngineState& engine = engines_[number];
  if (engine.lost) return actions_;
  if (engine.hungry) hungry_.erase({engine.depth, number});
  engine.hungry = false;
  if (engine.depth == 0 && depth != 0) {
    if (engine.offered()) take_off_offer(number);
    engine.place = static_cast<std::uint32_t>(waiting_.size());
    waiting_.push_back(number);
  } else if (engine.depth != 0 && depth == 0) {
    engines_[waiting_.back()].place = engine.place;
    waiting_[engine.place] = waiting_.back();
    waiting_.pop_back();
  }
  const bool returns = engine.waits() && depth == 0;
  while (engine.depth < depth) engine.beneath += engine.holds(engine.depth++);
  while (engine.depth > depth) engine.beneath -= engine.holds(--engine.depth);
  if (returns) put_on_offer(number);
  engine.listed = none;  // whether it is idle and hungry is another matter now
  set_load(number);
  // When it waits no more its chunk may have come back already, while it could not be given others.
  refill(number, depth != 0);
  // Others may have time for what it cannot run now.
  if (engine.beneath > 1 && idle_.count() != 0) look_again_at(now_ + look_after_);
  return actions_;
}

// An engine that waits for such tasks and has none; none if there is none.
std::uint32_t Scheduler::hungry_for(const Lane& lane, const Next& next) const {
  for (const auto& [depth, engine] : hungry_) {
    if (depth > lane.depth) break;
    if (sets_.contains(lane.set, engine) && suits(lane, next, engine)) return engine;
  }
  return none;
}

void Scheduler::note_hunger(std::uint32_t number) {
  EngineState& engine = engines_[number];
  const bool hungry = engine.waits() && engine.load() == 0;
  if (hungry == engine.hungry) return;
  engine.hungry = hungry;
  if (hungry) {
    hungry_.emplace(engine.depth, number);
  } else {
    hungry_.erase({engine.depth, number});
  }
}

// A chunk that the engine cannot run while it waits, and that the other one may: one of the last
// that it was given. The oldest of each depth may be under way.
Ticket Scheduler::stuck_chunk(std::uint32_t victim, std::uint32_t number) const {
  const EngineState& state = engines_[victim];
  std::array<std::uint32_t, chunks_looked_at> passed{};  // depths
  std::size_t looked_at = 0;
  Ticket at = state.beneath < 2 ? none : state.last;
  for (; at != none && looked_at < passed.size(); at = flights_[at].before) {
    const std::uint32_t depth = depth_of(at);
    const auto end = passed.begin() + static_cast<std::ptrdiff_t>(looked_at);
    const auto younger = static_cast<std::uint32_t>(std::count(passed.begin(), end, depth));
    passed[looked_at++] = depth;
    if (depth >= state.depth || younger + 1 >= state.holds(depth)) continue;
    const Flying& flying = flights_[at];
    if (flying.retracted || flying.gang != none) continue;
    const BatchNumber batch = flying.flight.batch;
    const Lane& lane = lanes_[works_[batch].lane];
    if (sets_.contains(lane.set, number) && suits(lane, {batch, none}, number)) return at;
  }
  return none;
}

bool Scheduler::ask_back_stuck(std::uint32_t number) {
  const std::size_t looks = std::min(waiting_.size(), victims_asked);
  const std::size_t begin = random_() % waiting_.size();
  for (std::size_t i = 0; i < looks; ++i) {
    const std::uint32_t victim = waiting_[(begin + i) % waiting_.size()];
    const Ticket ticket = stuck_chunk(victim, number);
    if (ticket == none) continue;
    ask_back(ticket, number);
    return true;
  }
  return false;
}

}  // namespace farm::policy
