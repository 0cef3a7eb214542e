// The scheduler's lanes: one queue for each route that has work, or had some lately.

#include <algorithm>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

// Routes come and go with views. The lanes of the last ones are kept, because opening a lane costs
// a step for each of its targets.
constexpr std::size_t lanes_kept = 1024;

}  // namespace

std::uint32_t Scheduler::lane_of(const Submit& submit) {
  if (const auto found = lane_by_route_.find(submit.route); found != lane_by_route_.end()) {
    return found->second;
  }
  retire_lanes();
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
  lane.depth = submit.depth;
  lane.chunk = submit.options->chunk;
  lane.hwm = submit.options->hwm;
  if (!lane.hwm.is_automatic() && lane.hwm.count() != 0) {
    lane.fixed_limit = static_cast<std::uint64_t>(lane.hwm.count());
  }
  for (const EngineId target : submit.options->targets) {
    const auto engine = static_cast<std::uint32_t>(target.rank());
    lane.targets.push_back(engine);
    engines_[engine].lanes.push_back(number);
  }
  lane_by_route_[submit.route] = number;
  return number;
}

void Scheduler::retire_lanes() {
  while (lanes_.size() - free_lanes_.size() > lanes_kept && !resting_lanes_.empty()) {
    const std::uint32_t number = resting_lanes_.front();
    resting_lanes_.pop_front();
    Lane& lane = lanes_[number];
    lane.resting = false;
    if (lane.works != 0 || lane.ringed) continue;
    for (const std::uint32_t engine : lane.targets) std::erase(engines_[engine].lanes, number);
    lane_by_route_.erase(lane.route);
    free_lanes_.push_back(number);
  }
}

bool Scheduler::starves(const Lane& lane) const {
  for (std::uint32_t at = lane.first; at != none; at = works_[at].after) {
    if (works_[at].next == works_[at].end) continue;
    const std::vector<std::uint32_t>& eligible = lane.targets.empty() ? ids_ : lane.targets;
    return std::ranges::any_of(eligible, [this](std::uint32_t e) { return loads_.load(e) == 0; });
  }
  return false;
}

std::string Scheduler::validate() const {
  std::vector<std::uint64_t> loads(engines_.size());
  std::vector<std::uint64_t> flights(works_.size());
  std::uint64_t total = 0;
  for (const Flight& flight : flights_) {
    if (flight.count == 0) continue;
    ++total;
    ++loads[static_cast<std::size_t>(flight.engine.rank())];
    ++flights[flight.batch];
  }
  if (total != in_flight_) return "in_flight() is not the number of tickets out";
  for (const std::uint32_t engine : ids_) {
    if (loads[engine] != loads_.load(engine)) return "an engine's load is not its tickets";
  }
  for (std::size_t batch = 0; batch < works_.size(); ++batch) {
    if (works_[batch].lane == none) continue;
    if (flights[batch] != works_[batch].flights) return "a batch's flights are not its tickets";
    if (works_[batch].next > works_[batch].end) return "a batch dispatched more than it has";
  }
  for (const Lane& lane : lanes_) {
    if (starves(lane)) return "an engine is idle while work waits that it may do";
  }
  return {};
}

}  // namespace farm::policy
