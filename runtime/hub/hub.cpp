#include "hub/hub.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "time/clock.hpp"

namespace farm::hub {

namespace {

std::vector<EngineId> ids_of(const std::vector<Member>& members) {
  std::vector<EngineId> ids;
  ids.reserve(members.size());
  for (const Member& member : members) ids.push_back(member.info.id);
  return ids;
}

std::uint32_t size_on_wire(std::size_t size) {
  return size == variable_size ? wire::variable_item : static_cast<std::uint32_t>(size);
}

}  // namespace

Hub::Hub(transport::Transport& transport, std::vector<Member> members, std::int64_t grace_ns)
    : transport_(&transport),
      members_(std::move(members)),
      scheduler_(ids_of(members_)),
      commons_(transport),
      children_(transport),
      grace_ns_(grace_ns),
      groups_(transport, members_.size()),
      transfers_(groups_),
      now_(time::Clock::now()) {
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    const auto rank = static_cast<std::size_t>(members_[i].info.id.rank());
    const auto peer = static_cast<std::size_t>(members_[i].peer);
    member_by_rank_.resize(std::max(member_by_rank_.size(), rank + 1));
    member_by_rank_[rank] = i;
    offsets_.resize(std::max(offsets_.size(), peer + 1));
    member_by_peer_.resize(offsets_.size());
    member_by_peer_[peer] = i;
    if (!members_[i].same_clock) probe(members_[i].peer);
  }
}

Hub::~Hub() {
  for (const Batch* batch : batches_) delete batch;
}

const Member& Hub::member(EngineId engine) const {
  return members_[member_by_rank_[static_cast<std::size_t>(engine.rank())]];
}

Batch* Hub::open(const detail::KernelEntry* kernel, std::uint64_t count) {
  auto batch = std::make_unique<Batch>();
  batch->first = TaskId{next_task_};
  batch->count = count;
  batch->kernel = kernel;
  batch->result_size = size_on_wire(kernel->result_size());
  batch->submitted = now_ = time::Clock::now();
  if (free_numbers_.empty()) {
    batch->number = static_cast<std::uint32_t>(batches_.size());
    batches_.push_back(nullptr);
  } else {
    batch->number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  next_task_ += count;
  totals_.submitted += count;
  Batch* opened = batch.release();
  batches_[opened->number] = opened;
  return opened;
}

Batch* Hub::open(detail::Submission& submission) {
  Batch* batch = open(submission.kernel, submission.count);
  batch->item_size = size_on_wire(submission.item_size);
  batch->common = commons_.use(submission.common);
  batch->share = submission.route->share;
  batch->defines_setup = submission.defines_setup != 0;
  batch->setup = batch->defines_setup ? submission.defines_setup : submission.route->setup;
  batch->items = std::move(submission.items);
  batch->repeated = submission.repeated;
  if (submission.parent.depth != 0) children_.adopt(*batch, submission.parent);
  return batch;
}

Batch* Hub::submit(detail::Submission&& submission) {
  Batch* batch = open(submission);
  if (batch->count == 0) {
    batch->released = true;
    commons_.release(std::exchange(batch->common, 0));
    return batch;
  }
  policy::Submit submit;
  submit.batch = batch->number;
  submit.items = batch->count;
  submit.kernel = batch->kernel->index();
  submit.bytes_per_item =
      static_cast<double>(batch->items.size()) / static_cast<double>(batch->count);
  submit.route = submission.route->id;
  submit.options = &submission.route->options;
  submit.depth = batch->depth;
  act(scheduler_.submit(submit));
  return batch;
}

Batch* Hub::promise(std::uint64_t count, std::size_t result_size) {
  auto batch = std::make_unique<Batch>();
  batch->count = count;
  batch->result_size = size_on_wire(result_size);
  batch->submitted = time::Clock::now();
  batch->released = true;
  batch->number = 0xffffffff;
  return batch.release();
}

void Hub::settle(Batch& batch, std::uint64_t i, detail::Settled result, const TaskInfo& info) {
  Record record;
  record.first = i;
  record.count = 1;
  record.engine = info.engine.rank();
  record.started = record.completed = record.received = time::Clock::now();
  if (result.status != detail::Status::done && result.status != detail::Status::failed) {
    if (result.status == detail::Status::broken) batch.broken = true;
    if (result.status == detail::Status::lost) batch.lost = true;
    batch.made_results().abort(record);
  } else {
    record.attempt = 1;
    Buffer buffer;
    detail::ItemsBuilder items(buffer, variable_size);
    buffer.append(result.bytes.data(), result.bytes.size());
    result.status == detail::Status::failed ? items.end_failed() : items.end();
    items.finish();
    batch.made_results().settle(record, {1, variable_size, buffer.span()});
  }
  if (batch.settled()) complete(batch);
}

std::uint64_t Hub::cancel(Batch& batch) {
  if (batch.kernel == nullptr || batch.direct || batch.released || batch.settled()) return 0;
  const policy::Actions* actions = nullptr;
  const policy::Abandon abandoned = scheduler_.cancel(batch.number, actions);
  if (abandoned.count != 0) {
    Record record;
    record.first = abandoned.first;
    record.started = record.completed = record.received = time::Clock::now();
    // Records count in 32 bits.
    for (std::uint64_t left = abandoned.count; left > 0; left -= record.count) {
      record.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, 1U << 31));
      batch.made_results().abort(record);
      record.first += record.count;
    }
    totals_.aborted += abandoned.count;
    if (batch.settled()) complete(batch);
  }
  act(*actions);
  return abandoned.count;
}

void Hub::cancel_all() {
  for (Batch* batch : batches_) {
    if (batch != nullptr) cancel(*batch);
  }
}

std::uint64_t Hub::cancel_share(std::uint32_t share, bool broken) {
  std::uint64_t cancelled = 0;
  for (Batch* batch : batches_) {
    if (batch == nullptr || batch->share != share) continue;
    if (broken) batch->broken = true;
    cancelled += cancel(*batch);
  }
  return cancelled;
}

void Hub::act(const policy::Actions& actions) {
  for (const policy::Dispatch& dispatch : actions.dispatches) {
    const policy::Flight& flight = dispatch.flight;
    send(*batches_[flight.batch], {flight.engine, flight.first, flight.count}, dispatch.ticket);
  }
  for (const policy::BatchNumber number : actions.released) {
    batches_[number]->released = true;
    close_if_over(*batches_[number]);
  }
}

void Hub::send(const Batch& batch, const detail::Share& share, std::uint32_t ticket,
               std::uint32_t group) {
  const transport::Peer peer = member(share.engine).peer;
  commons_.bring(batch.common, peer);
  wire::Tasks header;
  header.defines_setup = batch.defines_setup;
  header.ticket = ticket;
  header.first = TaskId{number(batch.first) + share.first};
  header.count = static_cast<std::uint32_t>(share.count);
  header.kernel = batch.kernel->index();
  header.common = batch.common;
  header.setup = batch.setup;
  header.item_size = batch.item_size;
  header.group = group;
  header.depth = batch.direct ? wire::any_depth : batch.depth;
  const std::uint64_t first = batch.repeated ? 0 : share.first;
  Buffer frame = transport_->buffer();
  if (batch.item_size == wire::variable_item) {
    wire::encode(frame, header);
    append_items(frame, batch.view(), first, share.count);
  } else {
    const std::size_t bytes = share.count * batch.item_size;
    std::byte* at = frame.extend(wire::header_size<wire::Tasks>() + bytes);
    wire::encode_at(at, header);
    std::memcpy(at + wire::header_size<wire::Tasks>(), batch.items.data() + first * batch.item_size,
                bytes);
  }
  transport_->send(peer, std::move(frame));
  totals_.running += share.count;
}

bool Hub::poll() {
  now_is_stale_ = true;
  // MPI moves the data of a collective call whatever is asked for; to look for messages as well
  // costs every other turn.
  const bool flows = transfers_.flowing();
  bool moved = (!flows || ++skipped_ % 4 == 0) && transport_->poll(*this);
  if (groups_.poll()) moved = true;
  if (failing_together_ != 0 && give_up_stuck()) moved = true;
  // While messages keep coming, calls that only wait are looked at now and then.
  if ((!moved || flows || ++skipped_ % 16 == 0) && transfers_.poll()) {
    moved = true;
    for (const auto& transfer : std::exchange(transfers_.ended(), {})) end(*transfer);
  }
  return moved;
}

void Hub::deliver(transport::Peer from, std::span<const std::byte> frame) {
  // One reading of the clock for all that a poll finds.
  if (std::exchange(now_is_stale_, false)) now_ = time::Clock::now();
  const wire::Kind kind = wire::kind_of(frame);
  switch (kind) {
    case wire::Kind::done:
      return receive_done(from, frame);
    case wire::Kind::echo:
      return receive_echo(from, frame);
    case wire::Kind::native:
      return receive_native(from, wire::decode<wire::Native>(frame).header.number);
    case wire::Kind::arrived:
      return groups_.arrived(wire::decode<wire::Arrived>(frame).header.number, from);
    default:
      if (receive_nested(from, kind, frame)) return;
      throw wire::FrameError("the hub received a frame that only an engine receives");
  }
}

void Hub::receive_done(transport::Peer from, std::span<const std::byte> frame) {
  const auto done = wire::decode<wire::Done>(frame);
  const wire::Done& header = done.header;
  const detail::ItemsView items(
      header.count, header.item_size == wire::variable_item ? variable_size : header.item_size,
      done.body);
  if (header.ticket >= transfer_ticket) return receive_failure(from, header, items);
  if (header.ticket >= direct_ticket) return receive_direct(from, header, items);
  const policy::Flight* found = scheduler_.flight(header.ticket);
  // An answer that nobody waits for any more is dropped.
  if (found == nullptr || found->count != header.count || member(found->engine).peer != from)
    return;
  const policy::Flight flight = *found;
  Batch& batch = *batches_[flight.batch];
  if (number(header.first) != number(batch.first) + flight.first) return;
  book(batch, record_of(batch, header, flight.first, flight.engine), items);
  act(scheduler_.finish(header.ticket, header.run, done.body.size()));
}

Record Hub::record_of(const Batch& batch, const wire::Done& done, std::uint64_t first,
                      EngineId engine) const {
  const auto peer = static_cast<std::size_t>(member(engine).peer);
  Record record;
  record.first = first;
  record.count = done.count;
  record.engine = engine.rank();
  record.attempt = done.attempt;
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
  const std::uint64_t failed = results.progress().failed - failed_before;
  totals_.running -= record.count;
  totals_.failed += failed;
  totals_.done += record.count - failed;
  if (batch.owned) tell_owner(batch);
  if (results.all_settled()) complete(batch);
}

}  // namespace farm::hub
