// Direct calls: each item goes to the engine that the view names, past the scheduler.

#include <algorithm>
#include <set>
#include <utility>

#include "farm/detail/fault.hpp"
#include "hub/hub.hpp"
#include "records/journal.hpp"
#include "time/clock.hpp"

namespace farm::hub {

std::vector<transport::Peer> Hub::peers_of(const std::vector<detail::Share>& shares) const {
  std::vector<transport::Peer> peers;
  peers.reserve(shares.size());
  for (const detail::Share& share : shares) peers.push_back(member(share.engine).peer);
  return peers;
}

// The ticket of a new flight.
std::uint32_t Hub::fly(Batch& batch, const detail::Share& share) {
  std::uint32_t at = 0;
  if (free_direct_.empty()) {
    at = static_cast<std::uint32_t>(direct_.size());
    direct_.emplace_back();
  } else {
    at = free_direct_.back();
    free_direct_.pop_back();
  }
  direct_[at] = {&batch, share};
  return at | direct_ticket;
}

Batch* Hub::submit_direct(detail::Submission&& submission, const std::vector<detail::Share>& shares,
                          bool together) {
  // What prepares tasks that run in sandboxes runs there, too.
  const bool isolated =
      submission.defines_setup != 0 && submission.route->options.isolate == Isolation::sandbox;
  Batch* batch = open(submission, isolated);
  if (isolated || submission.profile != 0) {
    Terms terms;
    terms.isolated = isolated;
    terms.profile = submission.profile;
    batch->terms = terms_.number_of(terms);
  }
  batch->released = true;
  batch->direct = true;
  if (journal_ != nullptr) record_call(*batch, submission, {}, true);
  if (batch->count == 0) {
    commons_.release(std::exchange(batch->common, 0));
    return batch;
  }
  if (!gone_.empty() && refuse_direct(*batch, shares, together)) return batch;
  std::uint32_t group = 0;
  if (together && shares.size() == 1) {
    group = wire::alone;
  } else if (together) {
    group = groups_.use(peers_of(shares));
    together_[batch].group = group;
  }
  for (const detail::Share& share : shares) {
    if (share.count == 0 || gone_.has(share.engine)) continue;
    send(*batch, {share, fly(*batch, share), group});
    scheduler_.occupy(share.engine);
  }
  return batch;
}

void Hub::receive_direct(transport::Peer from, const wire::Done& done,
                         const detail::ItemsView& items) {
  const std::uint32_t at = done.ticket - direct_ticket;
  if (at < direct_.size() && direct_[at].given_up &&
      member(direct_[at].share.engine).peer == from) {
    // It came back after all.
    act(scheduler_.vacate(direct_[at].share.engine, now_));
    direct_[at] = {};
    free_direct_.push_back(at);
    --stuck_;
    return;
  }
  if (at >= direct_.size() || direct_[at].batch == nullptr) return;
  const detail::Share& share = direct_[at].share;
  if (share.count != done.count || member(share.engine).peer != from ||
      number(done.first) != number(direct_[at].batch->first) + share.first) {
    return;
  }
  const DirectFlight flight = std::exchange(direct_[at], {});
  free_direct_.push_back(at);
  // A kernel that failed may have left others in the middle of a word: these engines need another
  // group to talk again.
  if (const auto call = together_.find(flight.batch); call != together_.end() && items.failed(0)) {
    groups_.retire(call->second.group);
    if (call->second.failed_at == 0) {
      call->second.failed_at = now_;
      ++failing_together_;
    }
  }
  book(*flight.batch, record_of(*flight.batch, done, flight.share.first, flight.share.engine),
       items);
  act(scheduler_.vacate(flight.share.engine, now_));
}

void Hub::receive_native(transport::Peer from, std::uint32_t ticket) {
  if (const std::uint32_t gang = ticket < direct_ticket ? gangs_.number_of(ticket) : 0; gang != 0) {
    if (member(scheduler_.flight(ticket)->engine).peer != from) return;
    gangs_[gang].natives.push_back(ticket);
    return;
  }
  const std::uint32_t at = ticket - direct_ticket;
  if (at >= direct_.size() || direct_[at].batch == nullptr) return;
  const auto call = together_.find(direct_[at].batch);
  if (call == together_.end() || member(direct_[at].share.engine).peer != from) return;
  call->second.natives.push_back(at);
}

// A kernel that waits in an MPI call for one that has failed waits for ever: MPI has no way to wake
// it (that is what MPI_Comm_revoke of ULFM is for). Its call ends all the same.
bool Hub::give_up_stuck() {
  const std::int64_t now = time::Clock::now();
  std::vector<std::uint32_t> stuck;
  for (const auto& [batch, call] : together_) {
    if (call.failed_at == 0 || now - call.failed_at < grace_ns_) continue;
    for (const std::uint32_t at : call.natives) {
      if (direct_[at].batch == batch) stuck.push_back(at);
    }
  }
  for (const std::uint32_t at : stuck) give_up(at);
  return give_up_gangs(now) || !stuck.empty();
}

// Who waits for a group or a collective call in which one of them is stuck does not move either.
std::set<transport::Peer> Hub::blocked() const {
  std::set<transport::Peer> blocked;
  for (const DirectFlight& flight : direct_) {
    if (flight.given_up) blocked.insert(member(flight.share.engine).peer);
  }
  std::vector<std::uint32_t> groups = transfers_.groups();
  for (const auto& [batch, call] : together_) groups.push_back(call.group);
  std::erase(groups, wire::alone);
  for (std::size_t before = 0; before != blocked.size();) {
    before = blocked.size();
    for (const std::uint32_t group : groups) {
      const std::vector<transport::Peer>& engines = groups_.engines(group);
      const auto is_blocked = [&](transport::Peer peer) { return blocked.count(peer) != 0; };
      if (std::ranges::any_of(engines, is_blocked)) blocked.insert(engines.begin(), engines.end());
    }
  }
  return blocked;
}

bool Hub::hopeless() const {
  if (stuck_ == 0) return false;
  const std::set<transport::Peer> blocked = this->blocked();
  std::uint64_t behind = 0;
  for (const transport::Peer peer : blocked) {
    behind += scheduler_.load(members_[member_by_peer_[static_cast<std::size_t>(peer)]].info.id);
  }
  if (behind != scheduler_.in_flight()) return false;
  const auto moves = [&](const DirectFlight& flight) {
    return flight.batch != nullptr && blocked.count(member(flight.share.engine).peer) == 0;
  };
  if (std::ranges::any_of(direct_, moves)) return false;
  return std::ranges::all_of(transfers_.groups(), [&](std::uint32_t group) {
    return blocked.count(groups_.engines(group).front()) != 0;
  });
}

void Hub::give_up(std::uint32_t at) {
  Batch& batch = *std::exchange(direct_[at].batch, nullptr);
  direct_[at].given_up = true;
  ++stuck_;
  const detail::Share& share = direct_[at].share;
  now_ = time::Clock::now();
  abort_items(batch, share.first, 1,
              std::make_shared<const Bytes>(detail::encode_fault(
                  detail::Fault::lost,
                  "it has not come back from engine " + std::to_string(share.engine.rank()) +
                      " after it had failed on another one: it waits in MPI, where it cannot be "
                      "reached")));
  --totals_.running;
  if (batch.settled()) complete(batch);
  condemn(share.engine, stuck_in_mpi);
}

Batch* Hub::submit_collective(detail::Collective&& call) {
  Batch* batch = open(call.code, call.targets.size());
  batch->direct = true;
  batch->bulk = true;
  if (journal_ != nullptr) record_collective(*batch);
  if (!gone_.empty() && refuse_collective(*batch, call.targets)) return batch;
  batch->busy = call.borrowed;
  std::vector<transport::Peer> peers;
  peers.reserve(call.targets.size());
  for (const EngineId target : call.targets) peers.push_back(member(target).peer);
  const std::uint32_t group = groups_.use(peers);
  tell_transfer(*batch, call, group);
  totals_.running += batch->count;
  transfers_.start(*batch, std::move(call), group);
  return batch;
}

void Hub::tell_transfer(const Batch& batch, const detail::Collective& call, std::uint32_t group) {
  using Move = detail::Collective::Move;
  wire::Transfer header;
  header.move = call.move == Move::push      ? wire::Move::push
                : call.move == Move::scatter ? wire::Move::scatter
                                             : wire::Move::gather;
  header.ticket = batch.number | transfer_ticket;
  header.code = call.code->index();
  header.group = group;
  for (std::size_t i = 0; i < call.targets.size(); ++i) {
    header.first = TaskId{number(batch.first) + i};
    header.size = call.move == Move::push      ? call.data.size()
                  : call.move == Move::scatter ? call.sizes[i]
                                               : 0;
    hub::tell(*transport_, member(call.targets[i]).peer, header, call.request.span());
  }
}

// The error of one engine in a collective call.
void Hub::receive_failure(transport::Peer from, const wire::Done& done,
                          const detail::ItemsView& items) {
  const std::uint32_t at = done.ticket - transfer_ticket;
  if (at >= batches_.size() || batches_[at] == nullptr || done.count != 1) return;
  Batch& batch = *batches_[at];
  const std::uint64_t item = number(done.first) - number(batch.first);
  if (!batch.bulk || item >= batch.count || batch.made_results().settled(item)) return;
  const Member& engine = members_[member_by_peer_[static_cast<std::size_t>(from)]];
  book(batch, record_of(batch, done, item, engine.info.id), items);
}

// All engines have answered; those that failed send their errors by themselves.
void Hub::end(Transfer& transfer) {
  Batch& batch = *transfer.batch;
  Results& results = batch.made_results();
  const std::int64_t now = time::Clock::now();
  std::uint64_t done = 0;
  for (std::size_t i = 0; i < transfer.reports.size(); ++i) {
    if (transfer.failed(i)) continue;
    Record record;
    record.first = i;
    record.count = 1;
    record.engine = transfer.call.targets[i].rank();
    record.attempt = 1;
    record.started = record.completed = record.received = now;
    const transport::Extent part =
        transfer.landed.size() != 0 ? transfer.parts[i] : transport::Extent();
    results.settle_in_block(record, part.offset, part.size);
    // What was moved is not worth a copy.
    if (journal_ != nullptr) record_item(batch, record, {}, false);
    ++done;
    ++completed_[member_by_rank_[static_cast<std::size_t>(record.engine)]];
  }
  results.share_block(Bytes(std::move(transfer.landed)));
  totals_.running -= done;
  totals_.done += done;
  groups_.release(transfer.group);
  batch.released = true;
  if (batch.settled()) complete(batch);
}

}  // namespace farm::hub
