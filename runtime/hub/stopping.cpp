// Tasks that end before their time: cancelled, stopped, or waiting for too long.

#include <algorithm>
#include <utility>

#include "farm/detail/fault.hpp"
#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

// Settles items [first, first + count) of the scheduler's order without results.
void Hub::abort_items(Batch& batch, std::uint64_t first, std::uint64_t count, const Fate& fate) {
  Record record;
  record.started = record.completed = record.received = now_;
  const bool moved = batch.planned;
  // Records count in 32 bits.
  const std::uint64_t most = moved ? 1 : std::uint64_t{1} << 31;
  for (std::uint64_t place = first; place < first + count; place += record.count) {
    record.first = item_at(batch, place);
    record.count = static_cast<std::uint32_t>(std::min(first + count - place, most));
    batch.made_results().abort(record, fate);
  }
  (fate == nullptr ? totals_.aborted : totals_.failed) += count;
  if (batch.owned) tell_owner(batch);
}

std::uint64_t Hub::cancel(Batch& batch, const Fate& fate) {
  if (batch.kernel == nullptr || batch.direct || batch.released || batch.settled()) return 0;
  now_ = time::Clock::now();
  const policy::Actions actions = scheduler_.cancel(batch.number, now_);
  std::uint64_t cancelled = 0;
  for (const policy::Abandon& abandoned : actions.abandoned) {
    abort_items(batch, abandoned.first, abandoned.count, fate);
    cancelled += abandoned.count;
  }
  if (cancelled != 0 && batch.settled()) complete(batch);
  act(actions);
  return cancelled;
}

void Hub::cancel_all() {
  for (Batch* batch : std::vector(batches_)) {
    if (batch != nullptr) cancel(*batch);
  }
}

std::uint64_t Hub::cancel_share(std::uint32_t share, const Fate& fate) {
  std::uint64_t cancelled = 0;
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    if (batches_[i] == nullptr || batches_[i]->share != share) continue;
    cancelled += cancel(*batches_[i], fate);
  }
  return cancelled;
}

Batch* Hub::find(TaskId task) const {
  const auto holds = [task](const Batch* batch) {
    return batch != nullptr && batch->first <= task &&
           number(task) < number(batch->first) + batch->count;
  };
  const auto found = std::ranges::find_if(batches_, holds);
  return found == batches_.end() ? nullptr : *found;
}

bool Hub::cancel_task(TaskId task) {
  Batch* batch = find(task);
  return batch != nullptr && batch->count == 1 && cancel(*batch) == 1;
}

std::uint64_t Hub::stop(Batch& batch) {
  cancel(batch);
  if (batch.kernel == nullptr || batch.settled()) return 0;
  batch.stopped = true;
  std::uint64_t asked = 0;
  for (policy::Ticket ticket = 0; ticket < scheduler_.tickets(); ++ticket) {
    const policy::Flight* flight = scheduler_.flight(ticket);
    if (flight == nullptr || flight->batch != batch.number || batch.direct) continue;
    tell(member(flight->engine).peer, wire::Stop{ticket});
    asked += flight->count;
  }
  for (std::uint32_t at = 0; at < direct_.size(); ++at) {
    if (direct_[at].batch != &batch) continue;
    tell(member(direct_[at].share.engine).peer, wire::Stop{at | direct_ticket});
    asked += direct_[at].share.count;
  }
  return asked;
}

std::uint64_t Hub::stop_share(std::uint32_t share) {
  std::uint64_t asked = 0;
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    if (batches_[i] != nullptr && batches_[i]->share == share) asked += stop(*batches_[i]);
  }
  return asked;
}

std::uint64_t Hub::stop_all() {
  cancel_all();
  for (Batch* batch : batches_) {
    if (batch != nullptr) batch->stopped = true;
  }
  for (const Member& member : members_) tell(member.peer, wire::Stop{wire::any_ticket});
  return totals_.running;
}

void Hub::expire_timeouts() {
  const auto over = [this](const Timeouts::Entry& entry) {
    const Batch* batch = batches_[entry.batch];
    return batch == nullptr || batch->first != entry.first || batch->settled();
  };
  while (const auto due = timeouts_.take_due(now_, over)) {
    ++timeouts_due_;
    Batch& batch = *batches_[due->batch];
    const double waited = static_cast<double>(now_ - batch.submitted) * 1e-9;
    cancel(batch,
           std::make_shared<const Bytes>(detail::encode_fault(
               detail::Fault::timeout, "it has waited in the queue for " + std::to_string(waited) +
                                           " s, longer than its timeout")));
  }
}

}  // namespace farm::hub
