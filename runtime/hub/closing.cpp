// How batches end, and the hub's smaller traffic.

#include <iterator>
#include <utility>

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

namespace {

constexpr int probes_per_engine = 5;
constexpr std::size_t unnoticed_kept = 5;

}  // namespace

// Everything of the batch is settled.
void Hub::complete(Batch& batch) {
  if (batch.watched) dependencies_.touch(batch);
  if (batch.owned) tell_owner(batch);
  if (!batch.over && batch.kernel != nullptr) {
    commons_.release(batch.common);
    // They are kept, as far as there is room, for who submits one of the tasks again.
    if (kept_inputs_ + batch.items.size() > most_kept_inputs) batch.items = Bytes();
    kept_inputs_ += batch.items.size();
  }
  batch.over = true;
  if (batch.planned) plans_.erase(batch.number);
  batch.planned = false;
  if (batch.stopped) fates_.erase(batch.number);
  if (!crashes_.empty()) crashes_.forget(batch.number);
  if (const auto call = together_.find(&batch); call != together_.end()) {
    if (call->second.failed_at != 0) --failing_together_;
    groups_.release(call->second.group);
    together_.erase(call);
  }
  for (Callback& callback : batch.results->callbacks) {
    (callback.by == detail::RunBy::anybody ? due_ : due_to_caller_).push_back(std::move(callback));
  }
  batch.results->callbacks = {};
  close_if_over(batch);
}

void Hub::on_done(Batch& batch, Callback callback) {
  if (batch.settled()) {
    (callback.by == detail::RunBy::anybody ? due_ : due_to_caller_).push_back(std::move(callback));
  } else {
    batch.made_results().callbacks.push_back(std::move(callback));
  }
}

Callback Hub::next_due(detail::RunBy by) {
  std::deque<Callback>& queue = by == detail::RunBy::caller && due_.empty() ? due_to_caller_ : due_;
  Callback callback = std::move(queue.front());
  queue.pop_front();
  return callback;
}

bool Hub::has_due(detail::RunBy by) const {
  return !due_.empty() || (by == detail::RunBy::caller && !due_to_caller_.empty());
}

void Hub::drop(Batch& batch) {
  batch.dropped = true;
  close_if_over(batch);
}

// A batch goes when nobody can ask for it any more: neither user nor scheduler nor engine nor
// a task that waits for it.
void Hub::close_if_over(Batch& batch) {
  if (!batch.dropped || !batch.released || !batch.settled() || batch.watched) return;
  keep_unnoticed(batch);
  if (outputs_.any()) outputs_.forget(batch.first, batch.count);
  if (published_.any()) published_.forget(batch.first, batch.count);
  if (batch.number == unnumbered) {
    delete &batch;
  } else {
    dependencies_.closed(batch);
    bury(batch);
  }
}

// What is known of it stays for a while.
void Hub::bury(Batch& batch) {
  std::unique_ptr<Batch> past(&batch);
  batches_[batch.number] = nullptr;
  free_numbers_.push_back(batch.number);
  if (batch.over) kept_inputs_ -= batch.items.size();
  if (batch.count == 0 || (!purged_.empty() && purged_.erase(number(batch.first)) != 0)) return;
  past_.add(std::move(past));
}

void Hub::keep_unnoticed(Batch& batch) {
  if (batch.noticed || !batch.results) return;
  const auto keep = [&](std::uint64_t items, EngineId engine, std::span<const std::byte> failure) {
    unnoticed_ += items;
    if (first_unnoticed_.size() >= unnoticed_kept) return;
    first_unnoticed_.push_back({batch.kernel, engine, Bytes(failure)});
  };
  for (const Results::Fate& fate : batch.results->fates())
    keep(fate.items, {}, fate.failure->span());
  if (batch.results->errors() == nullptr) return;
  for (const auto& [item, failure] : *batch.results->errors()) {
    keep(1, batch.results->record_of(item).engine, failure.span());
  }
}

void Hub::probe(transport::Peer peer) { tell(peer, wire::Probe{time::Clock::now()}); }

// The clock of a host that answers: what it read lies in the middle of the shortest round trip
// (Cristian, 1989).
void Hub::receive_echo(transport::Peer from, std::span<const std::byte> frame) {
  const auto echo = wire::decode<wire::Echo>(frame);
  Offset& offset = offsets_.at(static_cast<std::size_t>(from));
  const std::int64_t now = time::Clock::now();
  const std::int64_t round_trip = now - echo.header.hub_time;
  if (offset.probes == 0 || round_trip < offset.best_round_trip) {
    offset.best_round_trip = round_trip;
    offset.offset = echo.header.engine_time - (echo.header.hub_time + round_trip / 2);
  }
  if (++offset.probes < probes_per_engine) probe(from);
}

void Hub::quit() {
  for (const Member& member : members_) tell(member.peer, wire::Quit());
}

}  // namespace farm::hub
