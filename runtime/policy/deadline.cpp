// The end that everything has: nothing is handed out that would not be back in time.

#include <algorithm>
#include <limits>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr Moment forever = std::numeric_limits<Moment>::max();

}  // namespace

const Actions& Scheduler::finish_by(std::optional<Moment> deadline, Moment now) {
  actions_.clear();
  now_ = now;
  const bool later = deadline.value_or(forever) > deadline_;
  deadline_ = deadline.value_or(forever);
  note_bounds();
  if (later) {
    bring_all_back();
    offer_again();
  }
  return actions_;
}

const Actions& Scheduler::close(Moment now) {
  actions_.clear();
  now_ = now;
  if (closed_) return actions_;
  closed_ = true;
  note_bounds();
  if (reservation_.lane != none) {
    reservation_.lane = none;
    hold_only({});
  }
  for (std::uint32_t number = 0; number < engines_.size(); ++number) ask_back_unstarted(number);
  look_at_ = 0;
  return actions_;
}

const Actions& Scheduler::reopen(Moment now) {
  actions_.clear();
  now_ = now;
  closed_ = false;
  deadline_ = forever;
  note_bounds();
  bring_all_back();
  offer_again();
  return actions_;
}

void Scheduler::note_bounds() {
  bounded_ = closed_ || deadline_ != forever || !reservation_.engines.empty();
}

// What was too late for every engine may not be so any more.
void Scheduler::offer_again() {
  for (std::uint32_t number = 0; number < lanes_.size(); ++number) {
    if (lanes_[number].works != 0) fill(number);
  }
  fill_again();
}

// All that has not started there. What tasks have submitted belongs to what runs.
void Scheduler::ask_back_unstarted(std::uint32_t number) {
  const EngineState& engine = engines_[number];
  if (!retracts_ || engine.first == none) return;
  const bool started = engine.occupied == 0;
  for (Ticket at = started ? flights_[engine.first].after : engine.first; at != none;
       at = flights_[at].after) {
    if (flights_[at].retracted || flights_[at].gang != none || depth_of(at) != 0) continue;
    flights_[at].retracted = true;
    actions_.retracts.push_back(at);
  }
}

// Whether the engine may be given these items: an engine that is held for a gang gets only what
// will be back in time for that, and no engine what would end after the deadline. Where all of
// `count` items would, it becomes as many as are in time.
bool Scheduler::within_bounds(const Lane& lane, std::uint32_t engine, const Next& next,
                              std::uint64_t& count) {
  const EngineState& state = engines_[engine];
  const bool fresh = next.piece == none;
  const std::uint64_t first = fresh ? works_[next.batch].next : pieces_[next.piece].first;
  // One that waits is free the sooner for what it runs.
  if (state.held && !state.waits()) {
    const double run = expected(next.batch, first, count);
    if (run < 0 || now_ + static_cast<Moment>(run) > reservation_.start) return false;
  }
  if (lane.depth != 0) return true;
  if (closed_) return false;
  if (deadline_ == forever) return true;
  const auto left = static_cast<double>(deadline_ - now_);
  if (left <= 0) return false;
  const double run = expected(next.batch, first, count);
  longest_ns_ = std::max(longest_ns_, run);
  // Most often the deadline is far away.
  if (longest_ns_ * (state.chunks + 1.0) <= left) return true;
  if (run < 0) return true;
  const double room = left - busy_for(engine);
  if (run <= room) return true;
  if (!fresh) return false;
  while (count > 1) {
    count /= 2;
    if (expected(next.batch, first, count) <= room) return true;
  }
  return false;
}

// How long the engine will take for what it holds, in ns, as far as that is known.
double Scheduler::busy_for(std::uint32_t number) {
  const EngineState& engine = engines_[number];
  double busy = 0;
  for (Ticket at = engine.first; at != none; at = flights_[at].after) {
    const Flight& flight = flights_[at].flight;
    double run = std::max(expected(flight.batch, flight.first, flight.count), 0.0);
    if (at == engine.first) run = std::max(run - static_cast<double>(now_ - engine.since), 0.0);
    busy += run;
  }
  return busy;
}

// Whether no gang of the lane can end in time.
bool Scheduler::too_late(std::uint32_t number) {
  if (closed_) return true;
  if (deadline_ == forever) return false;
  if (now_ >= deadline_) return true;
  const Next next = next_for(lanes_[number], none);
  if (next.batch == none) return false;
  const std::uint64_t item =
      next.piece == none ? works_[next.batch].next : pieces_[next.piece].first;
  return expected(next.batch, item, 1) > static_cast<double>(deadline_ - now_);
}

}  // namespace farm::policy
