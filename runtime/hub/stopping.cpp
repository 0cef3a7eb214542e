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
    if (journal_ != nullptr) record_end(batch, record, fate);
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
  batch.stopped = true;
  return withdraw(batch, fate, false);
}

// Drops what the scheduler has not dispatched; what is on engines may run `again`.
std::uint64_t Hub::withdraw(Batch& batch, const Fate& fate, bool again) {
  const std::uint32_t number = batch.number;
  fates_[number] = fate;
  const std::uint64_t ended = totals_.aborted + totals_.failed;
  act(policy::Actions(scheduler_.cancel(number, now_, again)));
  const std::uint64_t dropped = totals_.aborted + totals_.failed - ended;
  if (again) fates_.erase(number);
  rule_dependents();
  return dropped;
}

// Items of a batch that has been cancelled and that have not been run.
void Hub::drop_items(const policy::Abandon& abandoned) {
  Batch& batch = *batches_[abandoned.batch];
  abort_items(batch, abandoned.first, abandoned.count, fates_[abandoned.batch]);
  if (batch.watched) dependencies_.touch(batch);
  if (batch.settled()) complete(batch);
}

std::uint64_t Hub::cancel_all() {
  std::uint64_t cancelled = cancel_waiting_of(0, nullptr);
  for (Batch* batch : batches_) {
    if (batch != nullptr) cancelled += cancel(*batch);
  }
  return cancelled;
}

std::uint64_t Hub::cancel_share(std::uint32_t share, const Fate& fate) {
  std::uint64_t cancelled = cancel_waiting_of(share, fate);
  for (Batch* batch : batches_) {
    if (batch == nullptr || batch->share != share) continue;
    cancelled += cancel(*batch, fate);
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
    if (!meant(batch) || written_off_.count(ticket) != 0) return;
    batch.stopped = true;
    batch.noticed = true;
    tell(member(engine).peer, wire::Stop{ticket});
    // A gang is one task, on however many engines.
    const std::uint32_t gang = ticket < direct_ticket ? gangs_.number_of(ticket) : 0;
    if (gang == 0 || gangs_[gang].tickets.front() == ticket) asked += items;
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
  const bool over = batch.kernel == nullptr || batch.settled();
  const std::uint64_t cancelled = cancel(batch);
  if (over || batch.settled()) return cancelled;
  return cancelled + ask_to_stop([&batch](const Batch& other) { return &other == &batch; });
}

std::uint64_t Hub::stop_share(std::uint32_t share) {
  const std::uint64_t cancelled = cancel_share(share);
  return cancelled + ask_to_stop([share](const Batch& batch) { return batch.share == share; });
}

std::uint64_t Hub::stop_all() {
  const std::uint64_t cancelled = cancel_all();
  return cancelled + ask_to_stop([](const Batch&) { return true; });
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
    const auto fate = std::make_shared<const Bytes>(detail::encode_fault(
        detail::Fault::timeout, "it has waited in the queue for " + std::to_string(waited) +
                                    " s, longer than its timeout"));
    if (batch.waiting) {
      cancel(batch, fate);
    } else if (!batch.released) {
      withdraw(batch, fate, true);
    }
  }
}

}  // namespace farm::hub
