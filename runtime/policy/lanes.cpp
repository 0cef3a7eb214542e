// The scheduler's lanes: one queue for each route and set of engines that has work, or had some
// lately.

#include <algorithm>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

// Routes come and go with views. The lanes of the last ones are kept, because opening a lane costs
// a step for each of its targets.
constexpr std::size_t lanes_kept = 1024;

}  // namespace

std::uint32_t Scheduler::lane_of(const Submit& submit) {
  LaneKey key{submit.route, none};
  if (submit.pinned.size() == 1) {
    const auto engine = static_cast<std::uint32_t>(submit.pinned.front().rank());
    // Not every single engine has a set, but then it has no lane either.
    if (sets_.single(engine) == none) return open_lane(submit, key);
    key.set = sets_.single(engine);
  } else if (!submit.pinned.empty()) {
    return open_lane(submit, key);
  }
  if (last_lane_ != none && key == last_key_) return last_lane_;
  const auto found = lane_by_key_.find(key);
  if (found == lane_by_key_.end()) return open_lane(submit, key);
  last_key_ = key;
  return last_lane_ = found->second;
}

std::uint32_t Scheduler::open_lane(const Submit& submit, LaneKey key) {
  retire_lanes();
  const TaskOptions& options = *submit.options;
  std::uint32_t set = EngineSets::universal;
  if (!submit.pinned.empty()) {
    set = key.set = use_set({submit.pinned.begin(), submit.pinned.end()});
    if (const auto found = lane_by_key_.find(key); found != lane_by_key_.end()) {
      drop_set(set);
      return found->second;
    }
  } else if (!options.targets.empty()) {
    set = use_set(options.targets);
  }
  std::uint32_t number = 0;
  if (free_lanes_.empty()) {
    number = static_cast<std::uint32_t>(lanes_.size());
    lanes_.emplace_back();
  } else {
    number = free_lanes_.back();
    free_lanes_.pop_back();
  }
  Lane& lane = lanes_[number];
  lane = Lane();
  lane.route = submit.route;
  lane.chunk = options.chunk;
  lane.hwm = options.hwm;
  if (!lane.hwm.is_automatic() && lane.hwm.count() != 0) {
    lane.fixed_limit = static_cast<std::uint64_t>(lane.hwm.count());
  }
  lane.set = set;
  lane.key_set = key.set;
  lane.share = shares_.use(submit.share, submit.depth == 0 ? options.weight : 0);
  lane.priority = options.priority;
  lane.ranks = static_cast<std::uint32_t>(std::max(options.ranks, 1));
  lane.one_host = options.one_host;
  lane.depth = submit.depth;
  lane.scheme = options.scheme;
  if (!options.affinity.empty()) {
    lane.preferred = use_set(options.affinity);
    if (lane.preferred == lane.set || lane.preferred == EngineSets::universal) {
      drop_set(lane.preferred);
      lane.preferred = none;
    }
  }
  if (options.order == Order::longest_first) lane.made_extra().by_cost = true;
  lane_by_key_[key] = number;
  last_key_ = key;
  return last_lane_ = number;
}

std::uint32_t Scheduler::use_set(const std::vector<EngineId>& engines) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(engines.size());
  for (const EngineId id : engines) {
    const auto engine = static_cast<std::uint32_t>(id.rank());
    if (!engines_[engine].lost) numbers.push_back(engine);
  }
  bool fresh = false;
  const std::uint32_t number = sets_.use(std::move(numbers), fresh);
  if (!fresh) return number;
  EngineSet& set = sets_[number];
  for (std::uint32_t position = 0; position < set.engines.size(); ++position) {
    EngineState& engine = engines_[set.engines[position]];
    engine.sets.push_back({number, position, 0});
    if (!set.loads) continue;
    set.loads->set(position, engine.load());
    if (engine.offered()) set.loads->insert(position, engine.load());
  }
  return number;
}

void Scheduler::drop_set(std::uint32_t number) {
  if (!sets_.drop(number)) return;
  for (const std::uint32_t engine : sets_[number].engines) {
    std::erase_if(engines_[engine].sets, [&](const Membership& m) { return m.set == number; });
  }
  sets_.erase(number);
}

void Scheduler::retire_lanes() {
  while (lanes_.size() - free_lanes_.size() > lanes_kept && !resting_lanes_.empty()) {
    const std::uint32_t number = resting_lanes_.front();
    resting_lanes_.pop_front();
    Lane& lane = lanes_[number];
    lane.resting = false;
    if (lane.works != 0 || lane.turning) continue;
    lane_by_key_.erase({lane.route, lane.key_set});
    if (last_lane_ == number) last_lane_ = none;
    drop_set(lane.set);
    if (lane.preferred != none) drop_set(lane.preferred);
    shares_.drop(lane.share);
    lane.extra.reset();
    free_lanes_.push_back(number);
  }
}

void Scheduler::enqueue(std::uint32_t number, BatchNumber batch) {
  Lane& lane = lanes_[number];
  works_[batch].queued = 1;
  if (lane.extra && lane.extra->by_cost) return add_costly(lane, batch);
  (lane.last == none ? lane.first : works_[lane.last].after) = batch;
  lane.last = batch;
}

void Scheduler::add_costly(Lane& lane, BatchNumber batch) {
  const Work& work = works_[batch];
  const WorkExtra& extra = extras_.at(batch);
  double cost = 0;
  if (extra.cost_before.empty()) {
    cost = estimates_.of(work.kernel).mean();
  } else {
    cost = extra.cost(work.next, 1);
    if (const double rate = ns_per_cost_[work.kernel]; rate > 0) cost *= rate;
  }
  lane.extra->heap.push_back({cost, extra.order, batch});
  std::push_heap(lane.extra->heap.begin(), lane.extra->heap.end());
}

// The batch on top of the heap has given an item away.
void Scheduler::again_by_cost(std::uint32_t number, BatchNumber batch) {
  std::vector<LaneExtra::Costly>& heap = lanes_[number].extra->heap;
  std::pop_heap(heap.begin(), heap.end());
  heap.pop_back();
  works_[batch].queued = 0;
  if (works_[batch].next != works_[batch].end) enqueue(number, batch);
}

// Whether the lane has items that have never been out; drops exhausted works from the head of its
// queue.
bool Scheduler::find_fresh(Lane& lane) {
  if (lane.extra && lane.extra->by_cost) return has_costly(lane);
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

bool Scheduler::has_costly(Lane& lane) {
  std::vector<LaneExtra::Costly>& heap = lane.extra->heap;
  while (!heap.empty()) {
    const BatchNumber batch = heap.front().batch;
    Work& work = works_[batch];
    if (work.next != work.end) {
      lane.first = batch;
      return true;
    }
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    work.queued = 0;
    if (work.flights == 0) settle(batch);
  }
  lane.first = none;
  return false;
}

void Scheduler::take_turns(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (lane.turning) return;
  shares_.wakes(lane.share, lane.gang());
  turns_of(lane).add(lanes_, number);
  if (lane.preferred == none || lane.gang()) return;
  EngineSet& set = sets_[lane.preferred];
  lane.fan_before = set.last_fan;
  lane.fan_after = none;
  (set.last_fan == none ? set.first_fan : lanes_[set.last_fan].fan_after) = number;
  set.last_fan = number;
}

void Scheduler::leave_turns(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (!lane.turning) return;
  shares_.sleeps(lane.share, lane.gang());
  turns_of(lane).remove(lanes_, number);
  rest_if_empty(number);
  if (lane.preferred == none || lane.gang()) return;
  EngineSet& set = sets_[lane.preferred];
  (lane.fan_before == none ? set.first_fan : lanes_[lane.fan_before].fan_after) = lane.fan_after;
  (lane.fan_after == none ? set.last_fan : lanes_[lane.fan_after].fan_before) = lane.fan_before;
}

void Scheduler::rest_if_empty(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (lane.works != 0 || lane.resting) return;
  lane.resting = true;
  resting_lanes_.push_back(number);
}

// Forgets a batch without flights, if nothing of it is queued either.
void Scheduler::settle(BatchNumber batch) {
  Work& work = works_[batch];
  if (work.next != work.end || work.queued != 0) return;
  if (work.special != 0) {
    const auto extra = extras_.find(batch);
    if (!extra->second.pieces.empty()) return;
    extras_.erase(extra);
  }
  chunks_.forget(batch, lanes_[work.lane].chunk);
  --lanes_[work.lane].works;
  rest_if_empty(work.lane);
  work.lane = none;
  actions_.released.push_back(batch);
}

}  // namespace farm::policy
