// Which of its promises the scheduler does not keep, for tests.

#include <algorithm>
#include <limits>

#include "policy/scheduler.hpp"

namespace farm::policy {

// An engine that has nothing to do although something waits for it.
bool Scheduler::starves(const Lane& lane) const {
  if (lane.gang()) return false;
  if (closed_ || now_ >= deadline_) return false;
  const auto in_time = [&](const Next& next) {
    if (deadline_ == std::numeric_limits<Moment>::max() || lane.depth != 0) return true;
    if (next.piece == none) return !ends_late(next.batch, works_[next.batch].next);
    const Piece& piece = pieces_[next.piece];
    return !ends_late(next.batch, piece.first, piece.singly ? 1 : piece.count);
  };
  const auto idle_for = [&](const Next& next) {
    if (!in_time(next)) return false;
    const std::vector<std::uint32_t>& engines = sets_[lane.set].engines;
    return std::any_of(engines.begin(), engines.end(), [&](std::uint32_t engine) {
      const EngineState& state = engines_[engine];
      return state.load() == 0 && (!state.held || state.waits()) && suits(lane, next, engine);
    });
  };
  if (lane.extra) {
    for (const auto& [avoid, ready] : lane.extra->ready) {
      const std::uint32_t piece = ready.begin()->second;
      if (idle_for({pieces_[piece].batch, piece})) return true;
    }
    if (lane.extra->by_cost) {
      const auto& heap = lane.extra->heap;
      if (heap.empty()) return false;
      const BatchNumber batch = heap.front().batch;
      return works_[batch].next != works_[batch].end && idle_for({batch, none});
    }
  }
  for (std::uint32_t at = lane.first; at != none; at = works_[at].after) {
    if (works_[at].next != works_[at].end) return idle_for({at, none});
  }
  return false;
}

std::string Scheduler::validate_engines() const {
  std::vector<std::uint32_t> chunks(engines_.size());
  std::vector<std::uint32_t> beneath(engines_.size());
  std::uint64_t total = 0;
  for (Ticket ticket = 0; ticket < flights_.table_size(); ++ticket) {
    const Flight* flight = flights_.find(ticket);
    if (flight == nullptr) continue;
    ++total;
    const auto engine = static_cast<std::size_t>(flight->engine.rank());
    ++chunks[engine];
    if (depth_of(ticket) < engines_[engine].depth) ++beneath[engine];
  }
  if (total != flights_.size()) return "in_flight() is not the number of tickets out";
  const EngineSet& all = sets_[EngineSets::universal];
  for (const std::uint32_t engine : all.engines) {
    const EngineState& state = engines_[engine];
    if (chunks[engine] != state.chunks) return "an engine's chunks are not its tickets";
    if (state.load() != all.loads->load(engine)) return "an engine's load is not in the buckets";
    if (idle_[engine] != (state.load() == 0)) return "the idle map is wrong";
    if (state.offered() != all.loads->contains(engine)) return "an engine is wrongly on offer";
    if (state.hungry != (state.waits() && state.load() == 0)) return "an engine's hunger is wrong";
    if (state.hungry != hungry_.contains({state.depth, engine})) return "hunger is not known";
    if (beneath[engine] != state.beneath) return "an engine's chunks beneath are miscounted";
    for (const Membership& m : state.sets) {
      const EngineSet& set = sets_[m.set];
      if (set.engines[m.position] != engine) return "an engine is not where it should be in a set";
      if (set.loads && set.loads->load(m.position) != state.load()) return "a set's load is wrong";
    }
    const auto& held = reservation_.engines;
    if (state.held != std::binary_search(held.begin(), held.end(), engine)) {
      return "an engine is held for nobody";
    }
  }
  if (reservation_.lane == none && !reservation_.engines.empty())
    return "nobody needs what is held";
  return {};
}

std::string Scheduler::validate() const {
  if (std::string wrong = validate_engines(); !wrong.empty()) return wrong;
  std::vector<std::uint64_t> flights(works_.size());
  for (Ticket ticket = 0; ticket < flights_.table_size(); ++ticket) {
    if (const Flight* flight = flights_.find(ticket)) ++flights[flight->batch];
  }
  std::vector<std::uint64_t> works(lanes_.size());
  std::vector<std::uint64_t> in_flight(lanes_.size());
  for (std::size_t batch = 0; batch < works_.size(); ++batch) {
    const Work& work = works_[batch];
    if (work.lane == none) continue;
    ++works[work.lane];
    in_flight[work.lane] += flights[batch];
    if (flights[batch] != work.flights) return "a batch's flights are not its tickets";
    if (work.next > work.end) return "a batch dispatched more than it has";
  }
  std::uint64_t late = 0;
  for (const Work& work : works_) late += work.lane != none && work.late != 0 ? 1 : 0;
  for (const auto& [batch, extra] : extras_) {
    for (const std::uint32_t piece : extra.pieces) late += pieces_[piece].late != 0 ? 1 : 0;
  }
  if (late != late_.count()) return "what is late is miscounted";
  if (late != 0 && deadline_ == std::numeric_limits<Moment>::max()) return "late for no deadline";
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Lane& lane = lanes_[i];
    if (works[i] != lane.works) return "a lane's works are not its batches";
    if (in_flight[i] != lane.in_flight) return "a lane's flights are not its tickets";
    if (works[i] != 0 && starves(lane)) return "an engine is idle while work waits that it may do";
    bool waits = lane.extra && !lane.extra->ready.empty();
    if (lane.extra && lane.extra->by_cost) {
      for (const auto& costly : lane.extra->heap) {
        if (works_[costly.batch].next != works_[costly.batch].end) waits = true;
      }
    } else {
      for (std::uint32_t at = lane.first; at != none; at = works_[at].after) {
        if (works_[at].next != works_[at].end) waits = true;
      }
    }
    if (waits && !lane.turning) return "a lane with work does not get its turn";
  }
  return {};
}

}  // namespace farm::policy
