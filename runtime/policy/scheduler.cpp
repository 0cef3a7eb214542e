#include "policy/scheduler.hpp"

#include <algorithm>

#include "policy/chunking.hpp"

namespace farm::policy {

namespace {

constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 31;

std::uint32_t index(EngineId engine) { return static_cast<std::uint32_t>(engine.rank()); }

std::uint32_t table_size(const std::vector<EngineId>& engines) {
  std::uint32_t size = 0;
  for (const EngineId engine : engines) size = std::max(size, index(engine) + 1);
  return size;
}

}  // namespace

Scheduler::Scheduler(const std::vector<EngineId>& engines)
    : loads_(table_size(engines)), engines_(table_size(engines)) {
  for (const EngineId engine : engines) {
    ids_.push_back(index(engine));
    loads_.insert(index(engine));
  }
}

const Actions& Scheduler::submit(const Submit& submit) {
  actions_.dispatches.clear();
  actions_.released.clear();
  if (submit.batch >= works_.size()) works_.resize(submit.batch + 1);
  const std::uint32_t lane = lane_of(submit);
  Work& work = works_[submit.batch];
  work = Work();
  work.end = submit.items;
  work.lane = lane;
  work.kernel = submit.kernel;
  estimates_.of(submit.kernel).submitted(submit.bytes_per_item);
  ++lanes_[lane].works;
  enqueue(lane, submit.batch);
  fill(lane);
  return actions_;
}

const Actions& Scheduler::finish(Ticket ticket, std::int64_t run_ns, std::size_t bytes) {
  actions_.dispatches.clear();
  actions_.released.clear();
  Flight& flight = flights_[ticket];
  const std::uint32_t engine = index(flight.engine);
  Work& work = works_[flight.batch];
  estimates_.of(work.kernel).measured(flight.count, run_ns, bytes);
  --lanes_[work.lane].in_flight;
  --engines_[engine].holds[lanes_[work.lane].depth];
  if (--work.flights == 0) settle(flight.batch);
  flight.count = 0;
  free_tickets_.push_back(ticket);
  --in_flight_;
  if (engines_[engine].depth != 0) {
    loads_.set(engine, loads_.load(engine) - 1);
    feed(engine);
    return actions_;
  }
  // The load is written once, at the end: most often the engine gets as much as it gave.
  std::uint64_t load = loads_.load(engine) - 1;
  contested_ = ring_.size() + engines_[engine].lanes.size() > 1;
  bool more = serve_next(engine, load);
  contested_ = false;
  while (more) {
    ++load;
    more = serve_next(engine, load);
  }
  loads_.set(engine, load);
  return actions_;
}

const Actions& Scheduler::wait(EngineId id, std::uint32_t depth) {
  actions_.dispatches.clear();
  actions_.released.clear();
  const std::uint32_t engine = index(id);
  std::uint32_t& known = engines_[engine].depth;
  if (known != 0 && depth == 0) std::erase(waiting_, engine);
  if (known == 0 && depth != 0) waiting_.push_back(engine);
  known = depth;
  if (depth != 0) {
    feed(engine);
    return actions_;
  }
  // Its chunk may have been finished before this was heard, while it could not be given others.
  while (serve_next(engine, loads_.load(engine))) loads_.increase(engine);
  return actions_;
}

// Gives an engine that waits what it may run.
void Scheduler::feed(std::uint32_t engine) {
  while (serve_ring(engine, runnable(engine))) loads_.increase(engine);
}

// Chunks that the engine holds and can run in its depth.
std::uint64_t Scheduler::runnable(std::uint32_t engine) const {
  const EngineLanes& state = engines_[engine];
  std::uint64_t count = 0;
  for (std::size_t depth = state.depth; depth < state.holds.size(); ++depth) {
    count += state.holds[depth];
  }
  return count;
}

// An engine that waits for tasks of this depth and has none.
std::uint32_t Scheduler::waiting_engine(const Lane& lane) const {
  for (const std::uint32_t engine : waiting_) {
    if (engines_[engine].depth <= lane.depth && runnable(engine) == 0) return engine;
  }
  return none;
}

Abandon Scheduler::cancel(BatchNumber batch, const Actions*& actions) {
  actions_.dispatches.clear();
  actions_.released.clear();
  actions = &actions_;
  Work& work = works_[batch];
  const Abandon abandon{work.next, work.end - work.next};
  // The work keeps its place in the queue until its turn comes: unlinking it here would cost a
  // search.
  work.end = work.next;
  if (work.flights == 0) settle(batch);
  return abandon;
}

const Flight* Scheduler::flight(Ticket ticket) const {
  if (ticket >= flights_.size() || flights_[ticket].count == 0) return nullptr;
  return &flights_[ticket];
}

std::uint64_t Scheduler::load(EngineId engine) const { return loads_.load(index(engine)); }

void Scheduler::enqueue(std::uint32_t number, BatchNumber batch) {
  Lane& lane = lanes_[number];
  works_[batch].queued = 1;
  (lane.last == none ? lane.first : works_[lane.last].after) = batch;
  lane.last = batch;
  if (lane.targets.empty() && !lane.ringed) {
    lane.ringed = true;
    ring_.push_back(number);
  }
}

// Whether the lane has items to dispatch; drops exhausted works from the head of its queue.
bool Scheduler::has_work(std::uint32_t number) {
  Lane& lane = lanes_[number];
  while (lane.first != none) {
    Work& work = works_[lane.first];
    if (work.next != work.end) return true;
    const BatchNumber batch = lane.first;
    lane.first = work.after;
    if (lane.first == none) lane.last = none;
    work.queued = 0;
    work.after = none;
    if (work.flights == 0) settle(batch);
  }
  return false;
}

std::uint64_t Scheduler::width(const Lane& lane) const {
  return lane.targets.empty() ? ids_.size() : lane.targets.size();
}

// Among named targets the search goes on where the last one ended, so that in a filling phase it
// finds an idle target at once.
std::uint32_t Scheduler::least_loaded(Lane& lane) const {
  if (lane.targets.empty()) return loads_.least();
  std::uint32_t best = none;
  for (std::size_t i = 0; i < lane.targets.size(); ++i) {
    const std::size_t at = (lane.turn + i) % lane.targets.size();
    const std::uint32_t engine = lane.targets[at];
    if (best == none || loads_.load(engine) < loads_.load(best)) best = engine;
    if (loads_.load(best) == 0) break;
  }
  lane.turn = (lane.turn + 1) % lane.targets.size();
  return best;
}

// Gives the lane's work to engines until all of them hold as much as they may.
void Scheduler::fill(std::uint32_t number) {
  const Lane& lane = lanes_[number];
  if (lane.full) return;
  if (!lane.hwm.is_automatic() && lane.hwm.count() == 0 && lane.chunk.is_automatic()) {
    assign_statically(number);
  }
  while (has_work(number)) {
    if (lane.depth != 0) {
      const std::uint32_t waits = waiting_engine(lane);
      if (waits != none && serve(number, waits, 0)) {
        loads_.increase(waits);
        continue;
      }
    }
    const std::uint32_t engine = least_loaded(lanes_[number]);
    if (engine == LoadBuckets::none) return;
    if (!serve(number, engine, loads_.load(engine))) {
      lanes_[number].full = !lanes_[number].targets.empty();
      return;
    }
    loads_.increase(engine);
  }
}

// Whether an engine that holds `load` may get a chunk of the lane. A slot that has become free and
// that several lanes want goes to the one whose turn it is even if the others' chunks exceed its
// mark: otherwise a lane with a low mark would wait until those with higher ones have nothing left.
bool Scheduler::may_hold(const Lane& lane, const Estimate& estimate, std::uint64_t load) const {
  const std::uint64_t limit =
      lane.hwm.is_automatic() ? high_water_mark(lane.hwm, lane.chunk, estimate) : lane.fixed_limit;
  if (load < limit) return true;
  return contested_ && lane.in_flight < limit * width(lane);
}

// One chunk of the lane to the engine, which holds `load`, if there is one and it may hold more.
// The caller writes the new load.
bool Scheduler::serve(std::uint32_t number, std::uint32_t engine, std::uint64_t load) {
  if (!has_work(number)) return false;
  const Lane& lane = lanes_[number];
  const Work& work = works_[lane.first];
  const Estimate& estimate = estimates_.of(work.kernel);
  if (lane.depth < engines_[engine].depth) return false;
  if (!may_hold(lane, estimate, load)) return false;
  const Remaining remaining{work.end - work.next, width(lane)};
  dispatch(number, engine, chunk_size(lane.chunk, remaining, estimate));
  return true;
}

// One chunk of whatever lane is next to the engine. Lanes that name the engine and lanes that do
// not take turns, so that neither starves.
bool Scheduler::serve_next(std::uint32_t engine, std::uint64_t load) {
  EngineLanes& named = engines_[engine];
  if (named.lanes.empty()) return serve_ring(engine, load);
  const bool served = named.turn % 2 == 0 ? serve_named(engine, load) || serve_ring(engine, load)
                                          : serve_ring(engine, load) || serve_named(engine, load);
  // Only a chunk counts as a turn: engines that are full are asked as well.
  if (served) ++named.turn;
  return served;
}

bool Scheduler::serve_named(std::uint32_t engine, std::uint64_t load) {
  EngineLanes& named = engines_[engine];
  for (std::size_t i = 0; i < named.lanes.size(); ++i) {
    const std::uint32_t lane = named.lanes[(named.turn / 2 + i) % named.lanes.size()];
    lanes_[lane].full = false;
    if (serve(lane, engine, load)) return true;
  }
  return false;
}

bool Scheduler::serve_ring(std::uint32_t engine, std::uint64_t load) {
  for (std::size_t left = ring_.size(); left > 0; --left) {
    const std::uint32_t lane = ring_.front();
    const bool served = serve(lane, engine, load);
    if (lanes_[lane].first == none) {
      lanes_[lane].ringed = false;
      ring_.pop_front();
    } else if (ring_.size() > 1) {
      ring_.pop_front();
      ring_.push_back(lane);
    }
    if (served) return true;
  }
  return false;
}

void Scheduler::assign_statically(std::uint32_t number) {
  for (std::uint64_t blocks = width(lanes_[number]); blocks > 0 && has_work(number); --blocks) {
    const Work& work = works_[lanes_[number].first];
    const std::uint32_t engine = least_loaded(lanes_[number]);
    const std::uint64_t block = block_size(work.end - work.next, blocks);
    // Larger ones go in parts, which the width of a frame's count bounds.
    for (std::uint64_t left = block; left > 0; left -= std::min(left, largest_chunk)) {
      dispatch(number, engine, std::min(left, largest_chunk));
      loads_.increase(engine);
    }
  }
}

void Scheduler::dispatch(std::uint32_t number, std::uint32_t engine, std::uint64_t count) {
  const BatchNumber batch = lanes_[number].first;
  Work& work = works_[batch];
  Ticket ticket = 0;
  if (free_tickets_.empty()) {
    ticket = static_cast<Ticket>(flights_.size());
    flights_.emplace_back();
  } else {
    ticket = free_tickets_.back();
    free_tickets_.pop_back();
  }
  flights_[ticket] = {batch, static_cast<int>(engine), work.next, count};
  actions_.dispatches.push_back({ticket, flights_[ticket]});
  work.next += count;
  ++work.flights;
  ++lanes_[number].in_flight;
  std::vector<std::uint64_t>& holds = engines_[engine].holds;
  if (lanes_[number].depth >= holds.size()) holds.resize(lanes_[number].depth + 1);
  ++holds[lanes_[number].depth];
  ++in_flight_;
  if (work.next == work.end) has_work(number);
}

// Forgets a batch without flights, if nothing of it is queued either.
void Scheduler::settle(BatchNumber batch) {
  Work& work = works_[batch];
  if (work.next != work.end || work.queued != 0) return;
  Lane& lane = lanes_[work.lane];
  --lane.works;
  if (lane.works == 0 && !lane.resting) {
    lane.resting = true;
    resting_lanes_.push_back(work.lane);
  }
  work.lane = none;
  actions_.released.push_back(batch);
}

}  // namespace farm::policy
