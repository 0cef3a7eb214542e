// Chunks that wait behind a running one are asked back for engines that have nothing to do.

#include "policy/retraction.hpp"

#include <algorithm>
#include <limits>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr int victims_asked = 8;
constexpr int engines_looking = 64;
constexpr Moment longest_pause = 10'000'000;
constexpr Moment never = std::numeric_limits<Moment>::max();

}  // namespace

// The engine has nothing to do and there is nothing for it here.
void Scheduler::look_for_work(std::uint32_t number) {
  const EngineState& engine = engines_[number];
  if (!retracts_ || closed_ || engine.lost || (engine.held && !engine.waits()) || engine.hoping)
    return;
  if (!waiting_.empty() && ask_back_stuck(number)) return;
  const LoadBuckets& loads = *sets_[EngineSets::universal].loads;
  if (const std::uint32_t most = loads.most(); most == none || loads.load(most) < 2) return;
  look_after_ = worth_ns;
  ask_back_for(number);
}

// Asks the most loaded engine that has something to give. If it is too soon, a timer is set.
bool Scheduler::ask_back_for(std::uint32_t number) {
  Moment worth_at = never;
  bool asked = !waiting_.empty() && ask_back_stuck(number);
  if (asked) return true;
  int left = victims_asked;
  bool more = false;
  sets_[EngineSets::universal].loads->descend(2, [&](std::uint32_t victim) {
    more = true;
    asked = ask_back_from(victim, number, worth_at);
    return asked || --left == 0;
  });
  if (asked) return true;
  if (more) look_again_at(std::max(std::min(worth_at, now_ + longest_pause), now_ + look_after_));
  return false;
}

bool Scheduler::ask_back_from(std::uint32_t victim, std::uint32_t number, Moment& worth_at) {
  const EngineState& state = engines_[victim];
  Ticket ticket = state.last;
  while (ticket != none && flights_[ticket].retracted) ticket = flights_[ticket].before;
  // The first one runs, unless what is not the scheduler's does.
  if (ticket == none || (ticket == state.first && state.occupied == 0)) return false;
  const Flying& flying = flights_[ticket];
  const BatchNumber batch = flying.flight.batch;
  const Lane& lane = lanes_[works_[batch].lane];
  if (flying.gang != none || !sets_.contains(lane.set, number)) return false;
  if (!suits(lane, {batch, none}, number)) return false;
  const Flight& first = flights_[state.first].flight;
  const auto age = static_cast<double>(now_ - state.since);
  const double run = expected(first.batch, first.first, first.count);
  const double waits = std::max(run - age, 0.0) + run * (state.chunks - 2.0);
  const auto worth = static_cast<double>(worth_ns);
  if (age < worth && (run < 0 || waits < worth)) {
    worth_at = std::min(worth_at, state.since + worth_ns);
    return false;
  }
  ask_back(ticket, number);
  return true;
}

// For this engine.
void Scheduler::ask_back(Ticket ticket, std::uint32_t number) {
  flights_[ticket].retracted = true;
  flights_[ticket].thief = number;
  engines_[number].hoping = true;
  actions_.retracts.push_back(ticket);
}

void Scheduler::look_again_at(Moment at) {
  if (retracts_ && !closed_ && (look_at_ == 0 || at < look_at_)) look_at_ = at;
}

// For every idle engine, as far as that does not take long.
void Scheduler::look_for_all() {
  look_at_ = 0;
  int failed = 0;
  bool asked = false;
  const auto look = [&](std::uint32_t engine) {
    const EngineState& state = engines_[engine];
    if ((state.held && !state.waits()) || state.hoping) return true;
    if (ask_back_for(engine))
      asked = true;
    else
      ++failed;
    return failed < engines_looking;
  };
  // Not always the same ones first.
  const auto begin = static_cast<std::uint32_t>(random_() % engines_.size());
  idle_.each(begin, look);
  if (failed < engines_looking) idle_.each(0, look);
  look_after_ = asked ? worth_ns : std::min(2 * look_after_, longest_pause);
}

// All that waits behind the running chunk: the engine is needed as soon as that is over.
void Scheduler::ask_back_queued(std::uint32_t number) {
  const EngineState& state = engines_[number];
  if (!retracts_ || state.first == none) return;
  for (Ticket at = flights_[state.first].after; at != none; at = flights_[at].after) {
    if (flights_[at].retracted || flights_[at].gang != none) continue;
    flights_[at].retracted = true;
    actions_.retracts.push_back(at);
  }
}

}  // namespace farm::policy
