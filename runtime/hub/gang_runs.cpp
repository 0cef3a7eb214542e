// Tasks that several engines run together: the result is rank 0's, an error that of the rank that
// failed first.

#include "farm/detail/fault.hpp"
#include "hub/hub.hpp"

namespace farm::hub {

void Hub::receive_gang(const wire::Done& done, const policy::Flight& flight,
                       const detail::ItemsView& items) {
  const std::uint32_t number = gangs_.number_of(done.ticket);
  GangRun& run = gangs_[number];
  const Batch& batch = *batches_[flight.batch];
  const Record record = record_of(batch, done, item_at(batch, flight.first), flight.engine);
  const bool failed = items.failed(0);
  if (failed && run.failed_at == 0) {
    // The ranks that it has left in the middle of a word need another group to talk again.
    groups_.retire(run.group);
    run.failed_at = now_;
    ++failing_gangs_;
  }
  // Who fails makes those fail that wait for its word: what counts is who was first.
  const bool first = failed && (!run.failed || record.completed < run.record.completed);
  if (first || (!run.failed && done.ticket == run.tickets.front())) {
    run.record = record;
    run.bytes = Bytes(items[0]);
    run.failed = failed;
  }
  gangs_.drop(done.ticket);
  if (--run.left == 0) end_gang(number, done.ticket);
  act(scheduler_.finish(done.ticket, done.run, items.bytes().size(), now_));
}

// All ranks have answered; `last` is a ticket that the scheduler still knows.
void Hub::end_gang(std::uint32_t number, policy::Ticket last) {
  GangRun& run = gangs_[number];
  Batch& batch = *batches_[run.batch];
  if (run.failed_at != 0) --failing_gangs_;
  groups_.release(run.group);
  --totals_.running;
  if (run.broken) {
    end_broken(run, batch, last);
  } else if (run.failed && tries_again(batch, run.attempt - run.deaths)) {
    if (journal_ != nullptr) record_try(batch, run.record, run.bytes.span());
    try_again(batch, last, run.place, 1);
  } else {
    batch.made_results().settle_one(run.record, run.bytes.span(), run.failed);
    if (journal_ != nullptr) record_item(batch, run.record, run.bytes.span(), run.failed);
    run.failed ? ++totals_.failed : ++totals_.done;
    if (batch.watched) dependencies_.touch(batch);
    if (batch.owned) tell_owner(batch);
    if (batch.settled()) complete(batch);
  }
  gangs_.erase(number);
}

// Ranks that wait in MPI for one that has failed cannot be reached: the task ends without them.
bool Hub::give_up_gangs(std::int64_t now) {
  bool gave_up = false;
  for (std::uint32_t number : gangs_.numbers()) {
    GangRun& run = gangs_[number];
    if (run.failed_at == 0 || now - run.failed_at < grace_ns_ || run.natives.empty()) continue;
    std::vector<policy::Ticket> waiting;
    for (const policy::Ticket ticket : run.tickets) {
      if (gangs_.number_of(ticket) == number) waiting.push_back(ticket);
    }
    if (waiting.empty()) continue;
    for (const policy::Ticket ticket : waiting) {
      written_off_.insert(ticket);
      ++stuck_;
    }
    std::vector<EngineId> engines;
    engines.reserve(waiting.size());
    for (const policy::Ticket ticket : waiting) {
      engines.push_back(scheduler_.flight(ticket)->engine);
    }
    end_gang(number, waiting.front());
    for (const EngineId engine : engines) condemn(engine, stuck_in_mpi);
    gave_up = true;
  }
  return gave_up;
}

}  // namespace farm::hub
