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
  now_ = time::Clock::now();
  if (batch.waiting) {
    const std::uint64_t count = end_waiting(batch, fate);
    rule_dependents();
    return count;
  }
  if (batch.kernel == nullptr || batch.direct || batch.released || batch.settled()) return 0;
  // What is on engines ends by itself, but is not tried again.
  const bool was_stopped = batch.stopped;
  batch.stopped = true;
  fates_[batch.number] = fate;
  const std::uint64_t ended = totals_.aborted + totals_.failed;
  act(policy::Actions(scheduler_.cancel(batch.number, now_)));
  const std::uint64_t cancelled = totals_.aborted + totals_.failed - ended;
  // Out of time, but all of it has started.
  if (cancelled == 0 && fate != nullptr) batch.stopped = was_stopped;
  rule_dependents();
  return cancelled;
}

// Items of a batch that has been cancelled and that have not been run.
void Hub::drop_items(const policy::Abandon& abandoned) {
  Batch& batch = *batches_[abandoned.batch];
  abort_items(batch, abandoned.first, abandoned.count, fates_[abandoned.batch]);
  if (batch.watched) dependencies_.touch(batch);
  if (batch.settled()) complete(batch);
}

void Hub::cancel_all() {
  cancel_waiting_of(0, nullptr);
  for (Batch* batch : std::vector(batches_)) {
    if (batch != nullptr) cancel(*batch);
  }
}

std::uint64_t Hub::cancel_share(std::uint32_t share, const Fate& fate) {
  std::uint64_t cancelled = cancel_waiting_of(share, fate);
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    if (batches_[i] == nullptr || batches_[i]->share != share) continue;
    cancelled += cancel(*batches_[i], fate);
  }
  rule_dependents();
  return cancelled;
}

bool Hub::cancel_task(TaskId task) {
  Batch* batch = find(task);
  return batch != nullptr && batch->count == 1 && cancel(*batch) == 1;
}

// Asks what is on engines to stop. Returns how many items these are. Who asks knows that they fail.
std::uint64_t Hub::ask_to_stop(const std::function<bool(const Batch&)>& meant) {
  std::uint64_t asked = 0;
  const auto ask = [&](Batch& batch, EngineId engine, std::uint32_t ticket, std::uint64_t items) {
    if (!meant(batch)) return;
    batch.stopped = true;
    batch.noticed = true;
    tell(member(engine).peer, wire::Stop{ticket});
    asked += items;
  };
  for (policy::Ticket ticket = 0; ticket < scheduler_.tickets(); ++ticket) {
    const policy::Flight* flight = scheduler_.flight(ticket);
    if (flight != nullptr) ask(*batches_[flight->batch], flight->engine, ticket, flight->count);
  }
  for (std::uint32_t at = 0; at < direct_.size(); ++at) {
    const DirectFlight& flight = direct_[at];
    if (flight.batch == nullptr) continue;
    ask(*flight.batch, flight.share.engine, at | direct_ticket, flight.share.count);
  }
  return asked;
}

std::uint64_t Hub::stop(Batch& batch) {
  cancel(batch);
  if (batch.kernel == nullptr || batch.settled()) return 0;
  return ask_to_stop([&batch](const Batch& other) { return &other == &batch; });
}

std::uint64_t Hub::stop_share(std::uint32_t share) {
  cancel_share(share);
  return ask_to_stop([share](const Batch& batch) { return batch.share == share; });
}

std::uint64_t Hub::stop_all() {
  cancel_all();
  return ask_to_stop([](const Batch&) { return true; });
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
