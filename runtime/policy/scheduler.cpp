#include "policy/scheduler.hpp"

#include <algorithm>

#include "policy/retraction.hpp"

namespace farm::policy {

namespace {

// Run times by which a share may have been charged too much, and get them back.
constexpr double remembered = 4;

std::uint32_t index(EngineId engine) { return static_cast<std::uint32_t>(engine.rank()); }

std::uint32_t table_size(const std::vector<EngineId>& engines) {
  std::uint32_t size = 0;
  for (const EngineId engine : engines) size = std::max(size, index(engine) + 1);
  return size;
}

std::vector<std::uint32_t> numbers(const std::vector<EngineId>& engines) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(engines.size());
  for (const EngineId engine : engines) numbers.push_back(index(engine));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

Scheduler::Scheduler(const std::vector<EngineId>& engines, const Setup& setup)
    : sets_(numbers(engines), table_size(engines), setup.grows),
      engines_(table_size(engines)),
      all_served_(table_size(engines)),
      hosts_(table_size(engines)),
      random_(static_cast<std::minstd_rand::result_type>(setup.seed)),
      retracts_(setup.retracts),
      look_after_(worth_ns),
      idle_(table_size(engines)) {
  for (std::size_t i = 0; i < engines.size(); ++i) {
    if (i < setup.hosts.size()) hosts_[index(engines[i])] = setup.hosts[i];
    idle_.set(index(engines[i]), true);
  }
}

const Actions& Scheduler::submit(const Submit& submit, Moment now) {
  actions_.clear();
  now_ = now;
  ++submissions_;
  if (submit.batch >= works_.size()) works_.resize(submit.batch + 1);
  const std::uint32_t number = lane_of(submit);
  Lane& lane = lanes_[number];
  Work& work = works_[submit.batch];
  work = Work();
  work.end = submit.items;
  work.lane = number;
  work.kernel = submit.kernel;
  ++lane.works;
  estimates_.of(submit.kernel).submitted(submit.bytes_per_item);
  chunks_.submitted(submit.batch, lane.chunk, {submit.items, width(lane)});
  if (submit.kernel >= ns_per_cost_.size()) ns_per_cost_.resize(submit.kernel + 1);
  if (submit.conditional || !submit.costs.empty() || lane.gang() || lane.extra) {
    WorkExtra& extra = extra_of(submit.batch);
    if (!submit.costs.empty()) {
      extra.cost_before.reserve(submit.costs.size() + 1);
      extra.cost_before.push_back(0);
      for (const double cost : submit.costs) {
        extra.cost_before.push_back(extra.cost_before.back() + cost);
      }
    }
    if (lane.gang() && !possible(lane, submit.batch)) {
      extra.refused = true;
      actions_.refused.push_back(submit.batch);
      return actions_;
    }
  }
  if (width(lane) == 0) {
    extra_of(submit.batch).refused = true;
    actions_.refused.push_back(submit.batch);
    return actions_;
  }
  enqueue(number, submit.batch);
  // While others of the lane wait, no engine has room for it, unless they cannot run everywhere.
  if (!lane.turning || lane.extra) fill(number);
  fill_again();
  return actions_;
}

const Actions& Scheduler::finish(Ticket ticket, std::int64_t run_ns, std::size_t bytes,
                                 Moment now) {
  actions_.clear();
  now_ = now;
  const Flying& flying = flights_[ticket];
  const Flight& flight = flying.flight;
  const std::uint32_t engine = index(flight.engine);
  const BatchNumber batch = flight.batch;
  const std::uint32_t gang = flying.gang;
  const std::uint32_t thief = flying.thief;
  Work& work = works_[batch];
  __builtin_prefetch(&engines_[engine]);
  flights_.expect(ticket);
  const auto run = static_cast<double>(std::max<std::int64_t>(run_ns, 0));
  chunks_.finished(engine, flight.count, run_ns, estimates_.of(work.kernel));
  estimates_.of(work.kernel).measured(flight.count, run_ns, bytes);
  typical_ns_ += (run - typical_ns_) / 16;
  if (work.special != 0) {
    const WorkExtra& extra = extras_.at(batch);
    if (!extra.cost_before.empty()) {
      const double cost = extra.cost(flight.first, flight.count);
      double& rate = ns_per_cost_[work.kernel];
      if (cost > 0) rate += (run / cost - rate) * (rate == 0 ? 1 : 0.25);
    }
  }
  if (late_.count() != 0) bring_back_sooner(batch);
  // Only what was charged too much is remembered.
  const double most = run >= flying.charged
                          ? 0
                          : remembered * std::max(run, expected(batch, flight.first, flight.count));
  shares_.correct(lanes_[work.lane].share, flying.charged, run, most, gang != none);
  land(ticket);
  if (gang != none) end_rank(gang);
  if (work.flights == 0) settle(batch);
  refill(engine, true);
  if (thief != none && engines_[thief].load() == 0) look_for_work(thief);
  return actions_;
}

// The chunk is no longer on its engine.
void Scheduler::land(Ticket ticket) {
  const Flying& flying = flights_[ticket];
  EngineState& engine = engines_[index(flying.flight.engine)];
  Work& work = works_[flying.flight.batch];
  --work.flights;
  --lanes_[work.lane].in_flight;
  const std::uint32_t depth = lanes_[work.lane].depth;
  --engine.by_depth[depth];
  if (depth < engine.depth) --engine.beneath;
  if (flying.thief != none) engines_[flying.thief].hoping = false;
  if (engine.first == ticket) engine.since = now_;
  flights_.remove(engine, ticket);
  flights_.close(ticket);
}

const Actions& Scheduler::cancel(BatchNumber batch, Moment now, bool again) {
  actions_.clear();
  now_ = now;
  Work& work = works_[batch];
  const std::uint32_t number = work.lane;
  if (work.next != work.end) {
    actions_.abandoned.push_back({batch, work.next, work.end - work.next});
  }
  // The work keeps its place in the queue until its turn comes: unlinking it here would cost a
  // search.
  work.end = work.next;
  forget_late(batch);
  if (!again) work.cancelled = 1;
  if (work.special != 0) {
    const std::vector<std::uint32_t> pieces = extras_.at(batch).pieces;
    for (const std::uint32_t piece : pieces) {
      if (again && !pieces_[piece].fresh) continue;
      actions_.abandoned.push_back({batch, pieces_[piece].first, pieces_[piece].count});
      drop_piece(piece);
    }
  }
  for (auto& [id, run] : runs_) {
    if (run.batch != batch || !run.again || again) continue;
    actions_.abandoned.push_back({batch, run.item, 1});
    run.again = false;
    run.abandoned = true;
  }
  if (lanes_[number].turning && !has_work(lanes_[number]) && reservation_.lane != number) {
    leave_turns(number);
  }
  if (lanes_[number].extra && !lanes_[number].extra->refused.empty()) fill(number);
  if (work.lane != none && work.flights == 0) settle(batch);
  if (!gangs_.empty()) start_gangs();
  fill_again();
  return actions_;
}

void Scheduler::occupy(EngineId engine) {
  if (engines_[index(engine)].lost) return;
  ++engines_[index(engine)].occupied;
  set_load(index(engine));
}

const Actions& Scheduler::vacate(EngineId engine, Moment now) {
  actions_.clear();
  now_ = now;
  if (engines_[index(engine)].lost) return actions_;
  --engines_[index(engine)].occupied;
  refill(index(engine), true);
  return actions_;
}

std::uint64_t Scheduler::load(EngineId engine) const { return engines_[index(engine)].chunks; }

std::optional<Moment> Scheduler::next_time() const {
  std::optional<Moment> next = pieces_.next_time();
  const auto at = [&](Moment moment) {
    if (!next || moment < *next) next = moment;
  };
  if (look_at_ != 0) at(look_at_);
  if (reservation_.lane != none) at(reservation_.look);
  return next;
}

const Actions& Scheduler::expire(Moment now) {
  actions_.clear();
  now_ = now;
  for (std::uint32_t due = pieces_.next_due(now); due != none; due = pieces_.next_due(now)) {
    const std::uint32_t number = works_[pieces_[due].batch].lane;
    if (pieces_[due].ready) {
      unready(due);
      pieces_[due].avoid = none;
    }
    if (pieces_[due].late != 0) {
      pieces_[due].avoid = none;
      continue;
    }
    put_ready(due);
    fill(number);
  }
  if (reservation_.lane != none && now >= reservation_.look) reserve(reservation_.lane);
  if (!gangs_.empty()) start_gangs();
  if (look_at_ != 0 && now >= look_at_) look_for_all();
  fill_again();
  return actions_;
}

}  // namespace farm::policy
