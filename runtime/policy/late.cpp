// What would end after the deadline on any engine is set aside, so that shorter items behind it are
// not held up. It comes back when its kernel turns out to be quicker, or the end to be later.

#include <algorithm>
#include <limits>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr Moment forever = std::numeric_limits<Moment>::max();

// Of what has become short enough, this much comes back for each chunk that ends: more than that
// chunk makes room for, and no more than it may be worth if the next one takes longer again.
constexpr int brought_back = 2;
// Groups of pieces that an engine is looked for, as in next_for.
constexpr int groups_looked_at = 2;

}  // namespace

bool Scheduler::ends_late(BatchNumber batch, std::uint64_t item, std::uint64_t count) const {
  return expected(batch, item, count) > static_cast<double>(deadline_ - now_);
}

// Where the items end that begin with `first`, which is late, and are all late.
std::uint64_t Scheduler::late_from(BatchNumber batch, std::uint64_t first,
                                   std::uint64_t end) const {
  if (!late_kind(batch).costed) return end;
  do {
    ++first;
  } while (first != end && ends_late(batch, first));
  return first;
}

LateItems::Kind Scheduler::late_kind(BatchNumber batch) const {
  const Work& work = works_[batch];
  return {work.kernel, work.special != 0 && !extras_.at(batch).cost_before.empty()};
}

// Sets aside what comes first in the lane as long as it is late. What tasks submit is not.
void Scheduler::put_off(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (deadline_ == forever || closed_ || now_ >= deadline_ || lane.depth != 0) return;
  const std::uint64_t before = late_.count();
  if (lane.extra && !lane.extra->ready.empty()) put_off_pieces(number);
  while (has_fresh(lane) && ends_late(lane.first, works_[lane.first].next)) put_off_fresh(number);
  // What comes first now may suit engines that what did before does not.
  if (late_.count() != before) to_fill_.push_back(number);
}

void Scheduler::put_off_pieces(std::uint32_t number) {
  auto& groups = lanes_[number].extra->ready;
  int looked_at = 0;
  for (auto group = groups.begin(); group != groups.end() && looked_at < groups_looked_at;) {
    const std::uint32_t first = group->second.begin()->second;
    Piece& piece = pieces_[first];
    if (ends_late(piece.batch, piece.first)) {
      put_off_piece(first);
      // The group may be gone.
      group = groups.begin();
      looked_at = 0;
      continue;
    }
    // Not all of it in one go.
    if (piece.count > 1 && ends_late(piece.batch, piece.first, piece.count)) piece.singly = true;
    ++looked_at;
    ++group;
  }
}

// As many of the piece's items as are late one after the other.
void Scheduler::put_off_piece(std::uint32_t number) {
  unready(number);
  const Piece whole = pieces_[number];
  const std::uint64_t end = whole.first + whole.count;
  const std::uint64_t until = late_from(whole.batch, whole.first, end);
  pieces_[number].count = until - whole.first;
  set_aside(number);
  if (until == end) return;
  Piece rest = whole;
  rest.first = until;
  rest.count = end - until;
  add_piece(rest);
}

// The same of the items of the first work that have never been out.
void Scheduler::put_off_fresh(std::uint32_t number) {
  Lane& lane = lanes_[number];
  const BatchNumber batch = lane.first;
  Work& work = works_[batch];
  const bool by_cost = lane.extra && lane.extra->by_cost;
  const std::uint64_t until = late_from(batch, work.next, work.end);
  if (until != work.end) {
    Piece piece;
    piece.batch = batch;
    piece.first = work.next;
    piece.count = until - work.next;
    piece.singly = true;
    piece.fresh = true;
    work.next = until;
    if (by_cost) again_by_cost(number, batch);
    set_aside(open_piece(piece));
    return;
  }
  if (by_cost) {
    std::pop_heap(lane.extra->heap.begin(), lane.extra->heap.end());
    lane.extra->heap.pop_back();
    lane.first = none;
  } else {
    lane.first = work.after;
    if (lane.first == none) lane.last = none;
  }
  work.queued = 0;
  work.late = 1;
  const LateItems::Kind kind = late_kind(batch);
  const double cost = kind.costed ? extras_.at(batch).cost(work.next, 1) : 0;
  work.after = late_.add(kind, cost, batch, none);
}

void Scheduler::set_aside(std::uint32_t number) {
  Piece& piece = pieces_[number];
  const LateItems::Kind kind = late_kind(piece.batch);
  const double cost = kind.costed ? extras_.at(piece.batch).cost(piece.first, 1) : 0;
  piece.late = late_.add(kind, cost, piece.batch, number);
}

// If it is still set aside. It has to be offered to engines again.
void Scheduler::bring_back(const LateItems::Entry& entry) {
  std::uint32_t lane = none;
  if (entry.piece != none) {
    Piece& piece = pieces_[entry.piece];
    if (piece.late != entry.number) return;
    piece.late = 0;
    lane = works_[piece.batch].lane;
    put_ready(entry.piece);
  } else {
    Work& work = works_[entry.batch];
    if (work.late == 0 || work.after != entry.number) return;
    work.late = 0;
    work.after = none;
    lane = work.lane;
    enqueue(lane, entry.batch);
  }
  late_.forget();
  to_fill_.push_back(lane);
}

// A chunk of the batch has ended: others like it may be thought shorter than before.
void Scheduler::bring_back_sooner(BatchNumber batch) {
  if (deadline_ == forever || closed_ || now_ >= deadline_) return;
  const LateItems::Kind kind = late_kind(batch);
  for (int i = 0; i < brought_back; ++i) {
    const auto first = late_.first(kind, [this](const LateItems::Entry& entry) {
      if (entry.piece != none) return pieces_[entry.piece].late == entry.number;
      const Work& work = works_[entry.batch];
      return work.late != 0 && work.after == entry.number;
    });
    if (!first) return;
    const std::uint64_t item =
        first->piece == none ? works_[first->batch].next : pieces_[first->piece].first;
    if (ends_late(first->batch, item)) return;
    bring_back(*first);
  }
}

void Scheduler::bring_all_back() {
  if (late_.count() == 0) return;
  for (const LateItems::Entry& entry : late_.take_all()) bring_back(entry);
}

// What is fresh of the batch is no longer wanted.
void Scheduler::forget_late(BatchNumber batch) {
  Work& work = works_[batch];
  if (work.late == 0) return;
  work.late = 0;
  work.after = none;
  late_.forget();
}

}  // namespace farm::policy
