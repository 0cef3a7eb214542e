// What has been out and is to run again: retries, chunks that came back, chunks that were refused.

#include <algorithm>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

// Longer than a host with more ranks than cores may leave one of them without a turn.
constexpr double least_patience_ns = 1e9;

}  // namespace

WorkExtra& Scheduler::extra_of(BatchNumber batch) {
  WorkExtra& extra = extras_[batch];
  if (works_[batch].special == 0) {
    works_[batch].special = 1;
    extra.order = submissions_;
  }
  return extra;
}

const Actions& Scheduler::requeue(Ticket ticket, std::uint64_t first, std::uint64_t count,
                                  Moment not_before, Moment now, bool death) {
  actions_.clear();
  now_ = now;
  const Flying& flying = flights_[ticket];
  const Flight& flight = flying.flight;
  if (flying.gang != none) {
    GangRun& run = runs_.at(flying.gang);
    run.attempt = flight.attempt + 1;
    run.deaths = std::max(run.deaths, flight.deaths + (death ? 1 : 0));
    run.not_before = std::max(run.not_before, not_before);
    run_again(run);
    return actions_;
  }
  const Work& work = works_[flight.batch];
  if (work.cancelled != 0) {
    actions_.abandoned.push_back({flight.batch, first, count});
    return actions_;
  }
  const auto engine = static_cast<std::uint32_t>(flight.engine.rank());
  const std::uint32_t number = work.lane;
  Piece piece;
  piece.batch = flight.batch;
  piece.attempt = flight.attempt + 1;
  piece.deaths = flight.deaths + (death ? 1 : 0);
  piece.first = first;
  piece.count = count;
  piece.not_before = std::max(not_before, now);
  if (others_than(lanes_[number], flight.batch, engine)) {
    piece.avoid = engine;
    const double mean = estimates_.of(work.kernel).mean();
    piece.patience = piece.not_before + static_cast<Moment>(std::max(least_patience_ns, 4 * mean));
  }
  add_piece(piece);
  fill(number);
  fill_again();
  return actions_;
}

const Actions& Scheduler::returned(Ticket ticket, Moment now) {
  actions_.clear();
  now_ = now;
  return come_back(ticket);
}

const Actions& Scheduler::refuse(Ticket ticket, Moment now) {
  actions_.clear();
  now_ = now;
  const Flight& flight = flights_[ticket].flight;
  const auto engine = static_cast<std::uint32_t>(flight.engine.rank());
  const std::uint32_t number = works_[flight.batch].lane;
  LaneExtra& extra = lanes_[number].made_extra();
  // Works of the lane that had no number of their own are older than this refusal.
  extra_of(flight.batch);
  if (const auto found = extra.refused.find(engine); found != extra.refused.end()) {
    extra.refusals.erase({found->second, engine});
  }
  extra.refused[engine] = submissions_;
  extra.refusals.emplace(submissions_, engine);
  come_back(ticket);
  report_refused(number);
  fill_again();
  return actions_;
}

const Actions& Scheduler::come_back(Ticket ticket) {
  const Flying flying = flights_[ticket];
  const Flight& flight = flying.flight;
  const std::uint32_t number = works_[flight.batch].lane;
  shares_.correct(lanes_[number].share, flying.charged, 0, flying.charged, flying.gang != none);
  const auto engine = static_cast<std::uint32_t>(flight.engine.rank());
  if (flying.gang != none) {
    GangRun& run = runs_.at(flying.gang);
    if (!run.again) {
      run.attempt = flight.attempt;
      run.deaths = flight.deaths;
    }
    run_again(run);
    land(ticket);
    end_rank(flying.gang);
  } else {
    Piece piece;
    piece.batch = flight.batch;
    piece.attempt = flight.attempt;
    piece.deaths = flight.deaths;
    piece.first = flight.first;
    piece.count = flight.count;
    land(ticket);
    if (works_[piece.batch].cancelled != 0) {
      actions_.abandoned.push_back({piece.batch, piece.first, piece.count});
    } else {
      add_piece(piece);
      fill(number);
    }
  }
  if (works_[flight.batch].lane != none && works_[flight.batch].flights == 0) settle(flight.batch);
  refill(engine, true);
  return actions_;
}

// The item of a gang is to run again when all ranks have ended.
void Scheduler::run_again(GangRun& run) {
  if (run.abandoned) return;
  if (works_[run.batch].cancelled == 0) {
    run.again = true;
  } else {
    run.abandoned = true;
    actions_.abandoned.push_back({run.batch, run.item, 1});
  }
}

std::uint32_t Scheduler::open_piece(const Piece& made) {
  WorkExtra& extra = extra_of(made.batch);
  const std::uint32_t number = pieces_.open();
  Piece& piece = pieces_[number];
  const std::uint32_t generation = piece.generation;
  piece = made;
  piece.generation = generation;
  piece.place = static_cast<std::uint32_t>(extra.pieces.size());
  extra.pieces.push_back(number);
  lanes_[works_[made.batch].lane].made_extra();
  return number;
}

// The piece waits for an engine, or for its time to do so.
void Scheduler::put_ready(std::uint32_t number) {
  Piece& piece = pieces_[number];
  if (piece.not_before > now_) return pieces_.wake_at(piece.not_before, number);
  piece.ready = true;
  piece.order = ++ready_pieces_;
  lanes_[works_[piece.batch].lane].extra->ready[piece.avoid + 1].emplace(piece.order, number);
  if (piece.avoid != none) pieces_.wake_at(piece.patience, number);
  // While it was away all engines may have refused the batch, or died.
  const Lane& lane = lanes_[works_[piece.batch].lane];
  if (lost_ || !lane.extra->refused.empty()) report_if_refused(lane, piece.batch);
}

// The flight gets the next items of the piece: all of them, or one where they run singly.
void Scheduler::take_piece(std::uint32_t number, Flight& flight) {
  Piece& piece = pieces_[number];
  flight.first = piece.first;
  flight.attempt = piece.attempt;
  flight.deaths = piece.deaths;
  if (!piece.singly || piece.count == 1) return drop_piece(number);
  ++piece.first;
  --piece.count;
}

void Scheduler::unready(std::uint32_t number) {
  Piece& piece = pieces_[number];
  auto& groups = lanes_[works_[piece.batch].lane].extra->ready;
  const auto group = groups.find(piece.avoid + 1);
  group->second.erase({piece.order, number});
  if (group->second.empty()) groups.erase(group);
  piece.ready = false;
}

void Scheduler::drop_piece(std::uint32_t number) {
  if (pieces_[number].ready) unready(number);
  if (pieces_[number].late != 0) late_.forget();
  pieces_[number].late = 0;
  const Piece& piece = pieces_[number];
  std::vector<std::uint32_t>& pieces = extras_.at(piece.batch).pieces;
  pieces_[pieces.back()].place = piece.place;
  pieces[piece.place] = pieces.back();
  pieces.pop_back();
  pieces_.close(number);
}

// Whether an engine other than this one may run the batch.
bool Scheduler::others_than(const Lane& lane, BatchNumber batch, std::uint32_t engine) const {
  if (sets_.size(lane.set) < 2) return false;
  if (!lane.extra || lane.extra->refused.empty() || works_[batch].special == 0) return true;
  const std::uint64_t order = extras_.at(batch).order;
  const std::vector<std::uint32_t>& engines = sets_[lane.set].engines;
  return std::any_of(engines.begin(), engines.end(), [&](std::uint32_t other) {
    return other != engine && !lane.extra->refuses(other, order);
  });
}

// Says so if nobody is left to run the batch. The lane has an extra.
void Scheduler::report_if_refused(const Lane& lane, BatchNumber batch) {
  const std::size_t engines = sets_.size(lane.set);
  const LaneExtra& extra = *lane.extra;
  if (!lane.gang() && extra.refusals.size() < engines) return;
  WorkExtra& work = extra_of(batch);
  if (work.refused) return;
  const bool left = engines != 0 && (lane.gang() ? possible(lane, batch)
                                                 : work.order > extra.refusals.begin()->first);
  if (left) return;
  work.refused = true;
  actions_.refused.push_back(batch);
}

// The same for all batches of the lane that wait.
void Scheduler::report_refused(std::uint32_t number) {
  const Lane& lane = lanes_[number];
  const LaneExtra& extra = *lane.extra;
  if (!lane.gang() && extra.refusals.size() < sets_.size(lane.set)) return;
  bring_all_back();
  const auto report = [&](BatchNumber batch) { report_if_refused(lane, batch); };
  for (const auto& [avoid, ready] : extra.ready) {
    for (const auto& [order, piece] : ready) report(pieces_[piece].batch);
  }
  if (extra.by_cost) {
    for (const LaneExtra::Costly& costly : extra.heap) {
      if (works_[costly.batch].next != works_[costly.batch].end) report(costly.batch);
    }
    return;
  }
  for (std::uint32_t at = lane.first; at != none; at = works_[at].after) {
    if (works_[at].next != works_[at].end) report(at);
  }
}

}  // namespace farm::policy
