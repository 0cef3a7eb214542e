// What becomes of an engine's work when it is gone.

#include <algorithm>
#include <utility>

#include "farm/detail/fault.hpp"
#include "farm/detail/fault_of.hpp"
#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

void Hub::lose(EngineId engine, const std::string& why) {
  const auto rank = static_cast<std::size_t>(engine.rank());
  if (rank >= member_by_rank_.size() || member(engine).info.id != engine) return;
  if (gone_.has(engine)) return;
  now_ = time::Clock::now();
  gone_.add(member(engine).info, why);
  const transport::Peer peer = member(engine).peer;
  transport_->lose(peer);
  words_.lose(peer);
  outputs_.lose(engine);
  watch_.lose(engine);
  for (const std::uint32_t group : groups_.lose(peer)) transfers_.lose(group, now_);
  lose_chunks(engine);
  lose_direct_calls(engine);
  end_broken_transfers();
  lose_children(peer);
  rule_dependents();
}

// Tasks run again elsewhere, unless they have ended too many engines already.
void Hub::lose_chunks(EngineId engine) {
  std::vector<policy::GivenUp> over;
  for (const policy::Held& held : scheduler_.held_by(engine)) {
    const policy::Flight& flight = held.flight;
    if (!written_off_.empty() && written_off_.erase(held.ticket) != 0) {
      --stuck_;
      over.push_back({held.ticket, flight.first, flight.count});
      continue;
    }
    if (gangs_.number_of(held.ticket) != 0) {
      over.push_back({held.ticket, flight.first, flight.count});
      lose_rank(held.ticket, flight);
      continue;
    }
    totals_.running -= flight.count;
    if (!held.started) continue;
    Batch& batch = *batches_[flight.batch];
    crashes_.note(flight.batch, flight.first, flight.count, gone_.cause(engine));
    if (flight.count != 1 || crashes_.of(flight.batch, flight.first) < most_crashes_) {
      record_lost_try(batch, flight, gone_fate(engine));
      continue;
    }
    over.push_back({held.ticket, flight.first, 1});
    end_with(batch, flight, poison(batch, flight.first));
  }
  act(policy::Actions(scheduler_.lose(engine, now_, over)));
}

// The gang ends when the other ranks have.
void Hub::lose_rank(policy::Ticket ticket, const policy::Flight& flight) {
  const std::uint32_t number = gangs_.number_of(ticket);
  GangRun& run = gangs_[number];
  if (!std::exchange(run.broken, true)) run.lost = flight.engine;
  if (run.failed_at == 0) {
    run.failed_at = now_;
    ++failing_gangs_;
  }
  crashes_.note(flight.batch, flight.first, 1, gone_.cause(flight.engine));
  gangs_.drop(ticket);
  if (--run.left == 0) end_gang(number, ticket);
}

void Hub::end_broken(const GangRun& run, Batch& batch, policy::Ticket last) {
  if (batch.stopped) return end_at_once(batch, run.place, 1, fates_[batch.number]);
  if (crashes_.of(batch.number, run.place) >= most_crashes_) {
    const policy::Flight flight = *scheduler_.flight(last);
    return end_with(batch, flight, poison(batch, run.place));
  }
  record_lost_try(batch, {run.batch, run.lost, run.place, 1, run.attempt, run.deaths},
                  gone_fate(run.lost));
  act(policy::Actions(scheduler_.requeue(last, run.place, 1, now_, now_, true)));
}

void Hub::lose_direct_calls(EngineId engine) {
  for (std::uint32_t at = 0; at < direct_.size(); ++at) {
    if (direct_[at].share.engine != engine) continue;
    if (direct_[at].given_up) {
      --stuck_;
    } else if (direct_[at].batch == nullptr) {
      continue;
    }
    const DirectFlight flight = std::exchange(direct_[at], {});
    free_direct_.push_back(at);
    if (flight.batch == nullptr) continue;
    if (const auto call = together_.find(flight.batch);
        call != together_.end() && call->second.failed_at == 0) {
      call->second.failed_at = now_;
      ++failing_together_;
    }
    totals_.running -= flight.share.count;
    const detail::Share& share = flight.share;
    end_with(*flight.batch, {0, engine, share.first, share.count}, gone_fate(engine));
  }
}

// Items that end with this error, or cancelled, wherever they are.
void Hub::end_at_once(Batch& batch, std::uint64_t first, std::uint64_t count, const Fate& fate) {
  abort_items(batch, first, count, fate);
  if (batch.watched) dependencies_.touch(batch);
  if (batch.settled()) complete(batch);
}

// Items that end with this error on the engine of the flight.
void Hub::end_with(Batch& batch, const policy::Flight& flight, const Fate& fate) {
  Record record;
  record.count = 1;
  record.engine = flight.engine.rank();
  record.attempt = std::min(flight.attempt, most_attempts);
  record.started = record.completed = record.received = now_;
  for (std::uint64_t i = 0; i < flight.count; ++i) {
    record.first = item_at(batch, flight.first + i);
    batch.made_results().settle_one(record, fate->span(), true);
    if (journal_ != nullptr) record_item(batch, record, fate->span(), true);
  }
  totals_.failed += flight.count;
  if (batch.watched) dependencies_.touch(batch);
  if (batch.owned) tell_owner(batch);
  if (batch.settled()) complete(batch);
}

void Hub::end_broken_transfers() {
  if (transfers_.broken().empty()) return;
  now_ = time::Clock::now();
  for (std::unique_ptr<Transfer>& transfer : std::exchange(transfers_.broken(), {})) {
    Batch& batch = *transfer->batch;
    std::string who;
    for (const EngineId target : transfer->call.targets) {
      if (gone_.has(target)) who += (who.empty() ? "" : "; ") + gone_.text(target);
    }
    const Fate fate = lost_fate("it takes part in a collective call, and " + who);
    batch.busy = false;
    batch.released = true;
    groups_.release(transfer->group);
    for (std::uint64_t i = 0; i < batch.count; ++i) {
      if (batch.results && batch.results->settled(i)) continue;
      --totals_.running;
      abort_items(batch, i, 1, fate);
    }
    graveyard_.push_back(std::move(transfer));
    if (batch.watched) dependencies_.touch(batch);
    complete(batch);
  }
}

// Nobody asks for them any more: who submitted them runs again, and submits others.
void Hub::lose_children(transport::Peer peer) {
  for (Batch* child : children_.of(peer)) {
    children_.disown(*child);
    child->noticed = true;
    stop(*child);
    drop(*child);
  }
}

void Hub::condemn(EngineId engine, const std::string& why) {
  if (condemn_ && !gone_.has(engine) && condemned_.insert(engine).second) condemn_(engine, why);
}

Hub::Fate Hub::lost_fate(const std::string& why) {
  return std::make_shared<const Bytes>(detail::encode_fault(detail::Fault::lost, why));
}

Hub::Fate Hub::gone_fate(EngineId engine) const { return lost_fate(gone_.text(engine)); }

// Direct calls to engines that are gone end at once. Returns whether nothing of the call is left.
bool Hub::refuse_direct(Batch& batch, const std::vector<detail::Share>& shares, bool together) {
  Fate whole;
  for (const detail::Share& share : shares) {
    if (!together || shares.size() <= 1) break;
    if (gained_.contains(share.engine)) whole = apart_fate(share.engine);
    if (gone_.has(share.engine)) {
      whole = lost_fate("its kernels may talk to each other, and " + gone_.text(share.engine));
    }
  }
  bool over = true;
  for (const detail::Share& share : shares) {
    const bool gone = gone_.has(share.engine);
    if (!gone && whole == nullptr) over = false;
    if (share.count == 0 || (!gone && whole == nullptr)) continue;
    abort_items(batch, share.first, share.count, whole ? whole : gone_fate(share.engine));
  }
  if (batch.settled()) complete(batch);
  return over;
}

bool Hub::refuse_collective(Batch& batch, const std::vector<EngineId>& targets) {
  for (const EngineId target : targets) {
    const bool apart = targets.size() > 1 && gained_.contains(target);
    if (!apart && !gone_.has(target)) continue;
    batch.released = true;
    end_at_once(batch, 0, batch.count,
                apart ? apart_fate(target)
                      : lost_fate("it takes part in a collective call, and " + gone_.text(target)));
    return true;
  }
  return false;
}

// Whether the item has ended a sandbox once more than it may.
bool Hub::poisonous(const Batch& batch, const policy::Flight& flight, std::uint64_t i,
                    std::span<const std::byte> failure) {
  if (!terms_[batch.terms].isolated) return false;
  if (detail::fault_of(failure) != detail::Fault::crashed) return false;
  const std::uint64_t place = flight.first + i;
  crashes_.note(batch.number, place, 1,
                "on engine " + std::to_string(flight.engine.rank()) + " (" +
                    member(flight.engine).info.host + ") it " + detail::describe_failure(failure));
  return crashes_.of(batch.number, place) >= most_crashes_;
}

Hub::Fate Hub::poison(const Batch& batch, std::uint64_t place) const {
  return std::make_shared<const Bytes>(detail::encode_fault(
      detail::Fault::poisoned, "it has ended what it ran in " +
                                   std::to_string(crashes_.of(batch.number, place)) +
                                   " times: " + crashes_.text(batch.number, place)));
}

}  // namespace farm::hub
