// What comes back from engines: results, errors that are tried again, chunks that were not run.

#include <algorithm>

#include "farm/detail/fault.hpp"
#include "hub/hub.hpp"

namespace farm::hub {

void Hub::receive_done(transport::Peer from, std::span<const std::byte> frame) {
  const auto done = wire::decode<wire::Done>(frame);
  const wire::Done& header = done.header;
  if (header.said && !words_.counts(from, header.ticket, frame)) return;
  const detail::ItemsView items(
      header.count, header.item_size == wire::variable_item ? variable_size : header.item_size,
      done.body);
  if (header.ticket >= transfer_ticket) return receive_failure(from, header, items);
  if (header.ticket >= direct_ticket) return receive_direct(from, header, items);
  const policy::Flight* found = scheduler_.flight(header.ticket);
  // An answer that nobody waits for any more is dropped.
  if (found == nullptr || found->count != header.count || member(found->engine).peer != from)
    return;
  if (!written_off_.empty() && written_off_.erase(header.ticket) != 0) {
    // It came back after all.
    --stuck_;
    act(scheduler_.finish(header.ticket, header.run, done.body.size(), now_));
    return;
  }
  const policy::Flight flight = *found;
  Batch& batch = *batches_[flight.batch];
  const bool moved = batch.planned;
  if (header.first != first_of(batch, flight.first)) return;
  if (!gangs_.empty() && gangs_.number_of(header.ticket) != 0) {
    return receive_gang(header, flight, items);
  }
  const Record record = record_of(batch, header, flight.first, flight.engine);
  const bool again =
      header.item_size == wire::variable_item && tries_again(batch, flight.attempt - flight.deaths);
  if (terms_[batch.terms].learns) learn(batch, flight, header.run);
  if (moved || again) {
    book_singly(batch, record, flight, header.ticket, items);
  } else {
    book(batch, record, items);
  }
  act(scheduler_.finish(header.ticket, header.run, done.body.size(), now_));
}

Record Hub::record_of(const Batch& batch, const wire::Done& done, std::uint64_t first,
                      EngineId engine) {
  completed_[member_by_rank_[static_cast<std::size_t>(engine.rank())]] += done.count;
  const auto peer = static_cast<std::size_t>(member(engine).peer);
  Record record;
  record.first = first;
  record.count = done.count;
  record.engine = engine.rank();
  record.attempt = std::min<std::uint32_t>(done.attempt, most_attempts);
  record.received = now_;
  // Clocks of two hosts agree within a round trip at best; the order of events is known exactly.
  record.completed = std::clamp(done.started + done.run - offsets_[peer].offset, batch.submitted,
                                std::max(batch.submitted, now_));
  record.started = std::clamp(record.completed - done.run, batch.submitted, record.completed);
  return record;
}

// The chunk has left its engine.
void Hub::book(Batch& batch, const Record& record, const detail::ItemsView& items) {
  Results& results = batch.made_results();
  const std::uint64_t failed_before = results.progress().failed;
  results.settle(record, items);
  if (journal_ != nullptr) record_items(batch, record, items);
  const std::uint64_t failed = results.progress().failed - failed_before;
  totals_.running -= record.count;
  totals_.failed += failed;
  totals_.done += record.count - failed;
  if (batch.watched) dependencies_.touch(batch);
  if (batch.owned) tell_owner(batch);
  if (results.all_settled()) complete(batch);
}

// Items whose places are not next to each other, or of which some are tried again: each gets an
// even part of the chunk's time.
void Hub::book_singly(Batch& batch, const Record& record, const policy::Flight& flight,
                      policy::Ticket ticket, const detail::ItemsView& items) {
  Results& results = batch.made_results();
  const bool again = tries_again(batch, flight.attempt - flight.deaths);
  const std::int64_t each =
      (record.completed - record.started) / static_cast<std::int64_t>(record.count);
  for (std::uint64_t i = 0; i < record.count; ++i) {
    const bool failed = items.failed(i);
    Record one = record;
    one.first = item_at(batch, flight.first + i);
    one.count = 1;
    one.started = record.started + each * static_cast<std::int64_t>(i);
    one.completed = one.started + each;
    const bool poisoned = failed && again && poisonous(batch, flight, i, items[i]);
    if (failed && again && !poisoned) {
      if (journal_ != nullptr) record_try(batch, one, items[i]);
      try_again(batch, ticket, flight.first + i, 1);
      continue;
    }
    const Fate fate = poisoned ? poison(batch, flight.first + i) : nullptr;
    const std::span<const std::byte> bytes = fate ? fate->span() : items[i];
    results.settle_one(one, bytes, failed);
    if (journal_ != nullptr) record_item(batch, one, bytes, failed);
    failed ? ++totals_.failed : ++totals_.done;
  }
  totals_.running -= record.count;
  if (batch.watched) dependencies_.touch(batch);
  if (batch.owned) tell_owner(batch);
  if (results.all_settled()) complete(batch);
}

bool Hub::tries_again(const Batch& batch, std::uint32_t attempt) const {
  return !batch.stopped && attempt <= static_cast<std::uint32_t>(terms_[batch.terms].retries);
}

void Hub::try_again(const Batch& batch, policy::Ticket ticket, std::uint64_t first,
                    std::uint64_t count) {
  const policy::Flight& flight = *scheduler_.flight(ticket);
  const std::int64_t pause = terms_[batch.terms].pause_after(flight.attempt - flight.deaths);
  act(scheduler_.requeue(ticket, first, count, now_ + pause, now_));
}

void Hub::receive_returned(transport::Peer from, const wire::Returned& returned) {
  const policy::Flight* flight = scheduler_.flight(returned.ticket);
  if (flight == nullptr || member(flight->engine).peer != from) return;
  totals_.running -= flight->count;
  if (outputs_.any()) outputs_.end(flight->engine, returned.ticket);
  act(returned.why == wire::Why::refused ? scheduler_.refuse(returned.ticket, now_)
                                         : scheduler_.returned(returned.ticket, now_));
}

// No engine meets the requirement of these batches, or has what they ask for.
void Hub::refuse_all(const std::vector<policy::BatchNumber>& numbers) {
  for (const policy::BatchNumber number : numbers) {
    Batch* batch = batches_[number];
    if (batch == nullptr) continue;
    const policy::Standing standing = scheduler_.why(number);
    if (standing.eligible == 0 && !gone_.empty()) {
      cancel(*batch, lost_fate("no engine is left that may run it: " + gone_.text()));
      continue;
    }
    const bool fits = standing.ranks <= standing.eligible - standing.refused;
    std::string why =
        "no engine meets the requirement of its view: all that may run it have refused";
    if (standing.ranks > 1) {
      why = "it needs " + std::to_string(standing.ranks) + " ranks, and " +
            std::to_string(standing.eligible - standing.refused) + " engines may run it" +
            (fits ? ", but not so many on one host" : "") +
            (gone_.empty() ? "" : "; " + gone_.text());
    }
    cancel(*batch,
           std::make_shared<const Bytes>(detail::encode_fault(
               detail::Fault::impossible, name_of(link_of(*batch)) + " cannot run: " + why)));
  }
}

Hub::Fate Hub::overdue_fate(EngineId engine) {
  return std::make_shared<const Bytes>(
      detail::encode_fault(detail::Fault::timeout, "it is past its run-time limit on engine " +
                                                       std::to_string(engine.rank()) +
                                                       " and does not heed the request to stop"));
}

// The engine is not free before the kernel ends, but nobody waits for it any more.
void Hub::receive_overdue(transport::Peer from, const wire::Overdue& overdue) {
  const policy::Ticket ticket = overdue.ticket;
  const policy::Flight* found = scheduler_.flight(ticket);
  if (found == nullptr || member(found->engine).peer != from) return;
  if (overdue.first != first_of(*batches_[found->batch], found->first)) return;
  if (gangs_.number_of(ticket) != 0 || !written_off_.insert(ticket).second) return;
  const policy::Flight flight = *found;
  ++stuck_;
  Batch& batch = *batches_[flight.batch];
  totals_.running -= flight.count;
  // It costs its engine: so it counts as if it had ended it. Tasks with a limit travel alone.
  crashes_.note(flight.batch, flight.first, 1, "it did not stop at its run-time limit");
  if (tries_again(batch, flight.attempt - flight.deaths) &&
      crashes_.of(flight.batch, flight.first) < most_crashes_) {
    record_lost_try(batch, flight, overdue_fate(flight.engine));
    try_again(batch, ticket, flight.first, flight.count);
    return condemn(flight.engine, "its kernel does not stop at its run-time limit");
  }
  abort_items(batch, flight.first, flight.count, overdue_fate(flight.engine));
  if (batch.watched) dependencies_.touch(batch);
  if (batch.settled()) complete(batch);
  condemn(flight.engine, "its kernel does not stop at its run-time limit");
}

}  // namespace farm::hub
