// Why a batch is not running.

#include <algorithm>

#include "policy/chunking.hpp"
#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr std::size_t engines_named = 8;

}  // namespace

std::optional<double> Scheduler::time_left(BatchNumber batch) {
  if (batch >= works_.size() || works_[batch].lane == none) return 0;
  const Work& work = works_[batch];
  const Lane& lane = lanes_[work.lane];
  const double fresh = expected(batch, work.next, work.end - work.next);
  if (fresh < 0) return std::nullopt;
  double again = 0;
  if (work.special != 0) {
    for (const std::uint32_t piece : extras_.at(batch).pieces) {
      again += expected(batch, pieces_[piece].first, pieces_[piece].count);
    }
  }
  // What is under way is half done, as far as anybody knows.
  const double chunk =
      work.next == 0 ? 0 : expected(batch, 0, work.next) / static_cast<double>(work.next);
  const std::uint64_t width = std::max<std::uint64_t>(sets_.size(lane.set) / lane.ranks, 1);
  return (fresh + again) / static_cast<double>(width) + (work.flights != 0 ? chunk / 2 : 0);
}

Standing Scheduler::why(BatchNumber batch) {
  Standing standing;
  if (batch >= works_.size() || works_[batch].lane == none) return standing;
  const Work& work = works_[batch];
  const std::uint32_t number = work.lane;
  Lane& lane = lanes_[number];
  standing.undispatched = work.end - work.next;
  if (work.late != 0) standing.late = standing.undispatched;
  standing.in_flight = work.flights;
  standing.ranks = lane.ranks;
  for (Ticket ticket = 0; ticket < flights_.table_size(); ++ticket) {
    if (standing.engines.size() == engines_named) break;
    const Flight* flight = flights_.find(ticket);
    if (flight != nullptr && flight->batch == batch) standing.engines.push_back(flight->engine);
  }
  if (work.special != 0) {
    for (const std::uint32_t piece : extras_.at(batch).pieces) {
      const Piece& one = pieces_[piece];
      standing.undispatched += one.count;
      if (one.late != 0) standing.late += one.count;
      if (one.ready || one.late != 0) continue;
      standing.until =
          standing.backing_off == 0 ? one.not_before : std::min(standing.until, one.not_before);
      standing.backing_off += one.count;
    }
  }
  standing.ahead = items_ahead(lane, batch);
  const std::uint64_t limit = limit_of(lane, batch);
  for (const std::uint32_t engine : sets_[lane.set].engines) {
    const EngineState& state = engines_[engine];
    ++standing.eligible;
    if (!may_run(lane, {batch, none}, engine)) {
      ++standing.refused;
    } else if (state.held) {
      ++standing.held;
    } else if (state.depth > lane.depth) {
      ++standing.full;
    } else if (state.load() == 0) {
      ++standing.idle;
    } else if (state.load() >= limit) {
      ++standing.full;
    }
  }
  standing.reserved = reservation_.lane == number;
  if (standing.reserved) {
    standing.gang_held = static_cast<std::uint64_t>(
        std::count_if(reservation_.engines.begin(), reservation_.engines.end(),
                      [&](std::uint32_t engine) { return engines_[engine].load() == 0; }));
  }
  for (std::uint32_t other = 0; other < lanes_.size(); ++other) {
    const Lane& rival = lanes_[other];
    if (!rival.turning || other == number) continue;
    if (rival.share == lane.share && rival.priority > lane.priority) standing.priority_ahead = true;
    if (rival.share != lane.share && shares_.time(rival.share) < shares_.time(lane.share)) {
      standing.share_ahead = true;
    }
  }
  return standing;
}

// Items that come before the batch in its lane.
std::uint64_t Scheduler::items_ahead(const Lane& lane, BatchNumber batch) const {
  std::uint64_t ahead = 0;
  if (lane.extra) {
    for (const auto& [avoid, ready] : lane.extra->ready) {
      for (const auto& [order, piece] : ready) {
        if (pieces_[piece].batch != batch) ahead += pieces_[piece].count;
      }
    }
    if (lane.extra->by_cost) {
      const auto& heap = lane.extra->heap;
      const auto own = std::find_if(heap.begin(), heap.end(),
                                    [&](const auto& costly) { return costly.batch == batch; });
      if (own == heap.end()) return ahead;
      for (const LaneExtra::Costly& costly : heap) {
        if (*own < costly) ahead += works_[costly.batch].end - works_[costly.batch].next;
      }
      return ahead;
    }
  }
  if (works_[batch].queued == 0) return ahead;
  for (std::uint32_t at = lane.first; at != none && at != batch; at = works_[at].after) {
    ahead += works_[at].end - works_[at].next;
  }
  return ahead;
}

}  // namespace farm::policy
