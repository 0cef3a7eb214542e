// An engine is gone: what it held runs elsewhere.

#include <algorithm>

#include "policy/scheduler.hpp"

namespace farm::policy {

std::vector<Held> Scheduler::held_by(EngineId id) const {
  const EngineState& engine = engines_[static_cast<std::size_t>(id.rank())];
  std::vector<Held> held;
  std::vector<std::uint32_t> depths;  // of which the oldest is known
  for (Ticket at = engine.first; at != none; at = flights_[at].after) {
    const std::uint32_t depth = std::min(depth_of(at), engine.depth);
    const bool oldest = std::find(depths.begin(), depths.end(), depth) == depths.end();
    if (oldest) depths.push_back(depth);
    held.push_back({at, flights_[at].flight, oldest});
  }
  return held;
}

const Actions& Scheduler::lose(EngineId id, Moment now, std::span<const GivenUp> given_up) {
  actions_.clear();
  now_ = now;
  const auto number = static_cast<std::uint32_t>(id.rank());
  EngineState& engine = engines_[number];
  if (engine.lost) return actions_;
  const std::vector<Held> held = held_by(id);
  if (engine.waits()) {
    if (engine.hungry) hungry_.erase({engine.depth, number});
    engines_[waiting_.back()].place = engine.place;
    waiting_[engine.place] = waiting_.back();
    waiting_.pop_back();
  }
  const bool reserved = engine.held;
  if (reserved) std::erase(reservation_.engines, number);
  leave_sets(number);
  idle_.set(number, false);
  lost_ = true;
  engine.lost = true;
  engine.held = engine.hungry = false;
  engine.depth = engine.beneath = engine.occupied = 0;
  forget_refusals(number);
  bring_all_back();
  for (const Held& one : held) run_elsewhere(one, given_up);
  for (std::uint32_t lane = 0; lane < lanes_.size(); ++lane) report_short(lane);
  if (reserved && reservation_.lane != none) reserve(reservation_.lane);
  for (const Held& one : held) {
    const std::uint32_t lane = works_[one.flight.batch].lane;
    if (lane != none) fill(lane);
  }
  if (!gangs_.empty()) start_gangs();
  fill_again();
  return actions_;
}

void Scheduler::leave_sets(std::uint32_t number) {
  const std::vector<Membership> memberships = std::move(engines_[number].sets);
  engines_[number].sets.clear();
  sets_.lose(number);
  for (const Membership& left : memberships) {
    sets_.shrink(left.set, left.position);
    const std::vector<std::uint32_t>& others = sets_[left.set].engines;
    for (std::uint32_t at = left.position; at < others.size(); ++at) {
      for (Membership& m : engines_[others[at]].sets) {
        if (m.set == left.set) m.position = at;
      }
    }
  }
}

void Scheduler::forget_refusals(std::uint32_t number) {
  for (Lane& lane : lanes_) {
    if (!lane.extra) continue;
    const auto found = lane.extra->refused.find(number);
    if (found == lane.extra->refused.end()) continue;
    lane.extra->refusals.erase({found->second, number});
    lane.extra->refused.erase(found);
  }
}

void Scheduler::run_elsewhere(const Held& held, std::span<const GivenUp> given_up) {
  const Flying flying = flights_[held.ticket];
  const Flight& flight = held.flight;
  Work& work = works_[flight.batch];
  shares_.correct(lanes_[work.lane].share, flying.charged, 0, flying.charged, flying.gang != none);
  land(held.ticket);
  Piece piece;
  piece.batch = flight.batch;
  piece.attempt = flight.attempt + 1;
  piece.deaths = flight.deaths + 1;
  piece.first = flight.first;
  piece.count = flight.count;
  piece.singly = held.started && flight.count > 1;
  if (flying.gang != none) {
    GangRun& run = runs_.at(flying.gang);
    const bool over = std::any_of(given_up.begin(), given_up.end(),
                                  [&](const GivenUp& one) { return one.ticket == held.ticket; });
    if (!over) {
      run.attempt = piece.attempt;
      run.deaths = std::max(run.deaths, piece.deaths);
      run_again(run);
    }
    end_rank(flying.gang);
  } else {
    run_elsewhere(piece, held.ticket, given_up);
  }
  if (work.lane != none && work.flights == 0) settle(flight.batch);
}

// What is left of the piece without the items that are given up.
void Scheduler::run_elsewhere(const Piece& piece, Ticket ticket,
                              std::span<const GivenUp> given_up) {
  const std::uint64_t end = piece.first + piece.count;
  Piece rest = piece;
  const auto add_until = [&](std::uint64_t until) {
    rest.count = until - rest.first;
    if (rest.count == 0) return;
    if (works_[piece.batch].cancelled != 0) {
      actions_.abandoned.push_back({rest.batch, rest.first, rest.count});
    } else {
      add_piece(rest);
    }
  };
  for (const GivenUp& gap : given_up) {
    if (gap.ticket != ticket || gap.first < rest.first || gap.first >= end) continue;
    add_until(gap.first);
    rest.first = gap.first + gap.count;
  }
  add_until(end);
}

// Says which batches of the lane the engines that are left cannot run.
void Scheduler::report_short(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (lane.works == 0) return;
  const bool refused = lane.extra && !lane.extra->refused.empty();
  if (!lane.gang() && !refused && width(lane) != 0) return;
  lane.made_extra();
  report_refused(number);
}

}  // namespace farm::policy
