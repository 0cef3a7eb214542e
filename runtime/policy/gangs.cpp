// Items that run on several engines together. They wait in a queue of their own; whose turn it is,
// theirs or that of ordinary work, is decided by the shares' virtual times, by priority within a
// share, and otherwise by the run time that either kind has had.

#include <algorithm>

#include "policy/scheduler.hpp"

namespace farm::policy {

// Whether there are enough engines at all.
bool Scheduler::possible(const Lane& lane, BatchNumber batch) const {
  const EngineSet& set = sets_[lane.set];
  if (set.engines.size() < lane.ranks) return false;
  const bool all_accept = !lane.extra || lane.extra->refused.empty();
  if (all_accept && !lane.one_host && !gained_) return true;
  std::unordered_map<int, std::uint32_t> engines_on;
  for (const std::uint32_t engine : set.engines) {
    if (engines_[engine].apart) continue;
    if (!all_accept && lane.extra->refuses(engine, extras_.at(batch).order)) continue;
    if (++engines_on[lane.one_host ? hosts_[engine] : 0] >= lane.ranks) return true;
  }
  return false;
}

// Starts all gangs that can start, in turn; the first that cannot may get a reservation.
void Scheduler::start_gangs() {
  while (true) {
    const bool reserved = reservation_.lane != none;
    const std::uint32_t number = reserved ? reservation_.lane : first_gang();
    if (number == none) return;
    if (start_gang(number)) continue;
    if (reservation_.lane != none && has_work(lanes_[number])) return;
    if (reservation_.lane != none) {
      // It was cancelled.
      reservation_.lane = none;
      hold_only({});
      leave_turns(number);
      continue;
    }
    const bool turn = beats(number, sets_[lanes_[number].set].turns) &&
                      beats(number, sets_[EngineSets::universal].turns);
    if (!turn) return;
    reserve(number);
    if (reservation_.lane == none) return;
    if (!start_gang(number)) return;
  }
}

// The lane of the gang whose turn it is among gangs; none if none waits.
std::uint32_t Scheduler::first_gang() {
  while (const Turns::Line* line = gangs_.best(shares_)) {
    const std::uint32_t number = line->levels.front().first;
    if (bounded_) put_off(number);
    if (has_work(lanes_[number])) return bounded_ && too_late(number) ? none : number;
    leave_turns(number);
  }
  return none;
}

bool Scheduler::start_gang(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (bounded_) put_off(number);
  if (idle_.count() < lane.ranks || (bounded_ && too_late(number))) return false;
  const Next next = next_for(lane, none);
  if (next.batch == none) return false;
  const std::vector<std::uint32_t> engines = idle_for(lane, next);
  if (engines.empty()) return false;
  launch(number, next, engines);
  return true;
}

void Scheduler::launch(std::uint32_t number, const Next& next,
                       const std::vector<std::uint32_t>& engines) {
  Lane& lane = lanes_[number];
  Work& work = works_[next.batch];
  Flight flight{next.batch, -1, work.next, 1, 1};
  if (next.piece != none) {
    take_piece(next.piece, flight);
  } else {
    ++work.next;
    if (lane.extra && lane.extra->by_cost) again_by_cost(number, next.batch);
  }
  const double charged = charge_for(next.batch, flight.first, 1);
  GangRun run;
  run.batch = next.batch;
  run.item = flight.first;
  run.out = lane.ranks;
  const std::uint32_t id = last_run_++;
  runs_.emplace(id, run);
  actions_.gangs.push_back({next.batch, {}});
  for (const std::uint32_t engine : engines) {
    flight.engine = static_cast<int>(engine);
    shares_.charge(lane.share, charged, true);
    const Ticket ticket = take_off(lane, engine, flight, charged);
    flights_[ticket].gang = id;
    actions_.gangs.back().tickets.push_back(ticket);
    set_load(engine);
  }
  if (has_work(lane)) {
    gangs_.served(lanes_, number);
  } else {
    leave_turns(number);
  }
  if (reservation_.lane == number) {
    reservation_.lane = none;
    hold_only({});
  }
}

// A rank of the gang has ended.
void Scheduler::end_rank(std::uint32_t id) {
  const auto found = runs_.find(id);
  if (--found->second.out != 0) return;
  const GangRun run = found->second;
  runs_.erase(found);
  if (!run.again) return;
  Piece piece;
  piece.batch = run.batch;
  piece.attempt = run.attempt;
  piece.deaths = run.deaths;
  piece.first = run.item;
  piece.count = 1;
  piece.not_before = run.not_before;
  add_piece(piece);
  if (has_work(lanes_[works_[run.batch].lane])) take_turns(works_[run.batch].lane);
}

// Whether it is the gang's turn and not that of ordinary work in those turns.
bool Scheduler::beats(std::uint32_t gang, Turns& rivals) {
  const Turns::Line* rival = rivals.best(shares_);
  if (rival == nullptr) return true;
  const Lane& lane = lanes_[gang];
  if (rival->share != lane.share) {
    return shares_.time(lane.share) <= shares_.time(rival->share);
  }
  if (rival->priority() != lane.priority) return lane.priority > rival->priority();
  return shares_[lane.share].gang_lead <= 0;
}

// The engine has room: if it is the turn of a gang that may use it, engines are held for that.
void Scheduler::consider_gang(std::uint32_t engine) {
  const std::uint32_t number = first_gang();
  if (number == none || !sets_.contains(lanes_[number].set, engine)) return;
  if (!beats(number, sets_[EngineSets::universal].turns)) return;
  for (const Membership& m : engines_[engine].sets) {
    if (!beats(number, sets_[m.set].turns)) return;
  }
  // With enough engines idle it starts at once.
  set_load(engine);
  if (!start_gang(number)) reserve(number);
}

// Engines that the next gang of the lane can start on, in rank order: neighbours where that is
// possible. Empty: there are not enough.
std::vector<std::uint32_t> Scheduler::idle_for(const Lane& lane, const Next& next) {
  std::vector<std::uint32_t> idle;
  idle_.each(0, [&](std::uint32_t engine) {
    if (sets_.contains(lane.set, engine) && suits(lane, {next.batch, none}, engine)) {
      idle.push_back(engine);
    }
    return true;
  });
  if (idle.size() < lane.ranks) return {};
  if (lane.one_host) {
    std::stable_sort(idle.begin(), idle.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return hosts_[a] < hosts_[b]; });
  }
  const auto same_host = [&](std::size_t a, std::size_t b) {
    return !lane.one_host || hosts_[idle[a]] == hosts_[idle[b]];
  };
  std::size_t begin = idle.size();  // of the first engines that would do
  std::size_t neighbours = 0;       // how many up to i have ids without gaps
  for (std::size_t i = 0; i < idle.size(); ++i) {
    const bool next_to = i > 0 && idle[i] == idle[i - 1] + 1 && same_host(i, i - 1);
    neighbours = next_to ? neighbours + 1 : 1;
    if (i + 1 < lane.ranks) continue;
    const std::size_t from = i + 1 - lane.ranks;
    if (neighbours >= lane.ranks) {
      begin = from;
      break;
    }
    if (begin == idle.size() && same_host(from, i)) begin = from;
  }
  if (begin == idle.size()) return {};
  const auto first = idle.begin() + static_cast<std::ptrdiff_t>(begin);
  return {first, first + static_cast<std::ptrdiff_t>(lane.ranks)};
}

}  // namespace farm::policy
