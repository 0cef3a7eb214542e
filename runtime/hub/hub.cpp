#include "hub/hub.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "records/journal.hpp"
#include "results/item_size.hpp"
#include "time/clock.hpp"

namespace farm::hub {

namespace {

std::vector<EngineId> ids_of(const std::vector<Member>& members) {
  std::vector<EngineId> ids;
  ids.reserve(members.size());
  for (const Member& member : members) ids.push_back(member.info.id);
  return ids;
}

policy::Scheduler::Setup setup_of(const std::vector<Member>& members, bool grows) {
  policy::Scheduler::Setup setup;
  setup.grows = grows;
  std::unordered_map<std::string, int> hosts;
  for (const Member& member : members) {
    const auto next = static_cast<int>(hosts.size());
    setup.hosts.push_back(hosts.emplace(member.info.host, next).first->second);
  }
  return setup;
}

}  // namespace

Hub::Hub(transport::Transport& transport, std::vector<Member> members, std::int64_t grace_ns,
         int crashes, bool grows)
    : transport_(&transport),
      members_(std::move(members)),
      scheduler_(ids_of(members_), setup_of(members_, grows)),
      commons_(transport),
      conditions_(transport, commons_),
      children_(transport),
      most_crashes_(crashes),
      grace_ns_(grace_ns),
      groups_(transport, members_.size()),
      transfers_(groups_),
      completed_(members_.size()),
      now_(time::Clock::now()) {
  for (std::uint32_t i = 0; i < members_.size(); ++i) enter(i);
}

Hub::~Hub() {
  for (const Batch* batch : batches_) delete batch;
}

// Where the member is found, by its rank and its peer.
void Hub::enter(std::uint32_t at) {
  const Member& member = members_[at];
  const auto rank = static_cast<std::size_t>(member.info.id.rank());
  const auto peer = static_cast<std::size_t>(member.peer);
  member_by_rank_.resize(std::max(member_by_rank_.size(), rank + 1));
  member_by_rank_[rank] = at;
  offsets_.resize(std::max(offsets_.size(), peer + 1));
  member_by_peer_.resize(offsets_.size());
  member_by_peer_[peer] = at;
  if (!member.same_clock) probe(member.peer);
}

const Member& Hub::member(EngineId engine) const {
  return members_[member_by_rank_[static_cast<std::size_t>(engine.rank())]];
}

Batch* Hub::open(const detail::KernelEntry* kernel, std::uint64_t count,
                 std::optional<std::uint64_t> known) {
  auto batch = std::make_unique<Batch>();
  batch->first = TaskId{known.value_or(next_task_)};
  batch->count = count;
  batch->kernel = kernel;
  batch->result_size = results::size_on_wire(kernel->result_size());
  batch->submitted = now_ = time::Clock::now();
  if (free_numbers_.empty()) {
    batch->number = static_cast<std::uint32_t>(batches_.size());
    batches_.push_back(nullptr);
  } else {
    batch->number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  if (!known) next_task_ += count;
  totals_.submitted += count;
  Batch* opened = batch.release();
  batches_[opened->number] = opened;
  dependencies_.opened(*opened);
  return opened;
}

Batch* Hub::open(detail::Submission& submission, bool isolated,
                 std::optional<std::uint64_t> known) {
  Batch* batch = open(submission.kernel, submission.count, known);
  batch->item_size = results::size_on_wire(submission.item_size);
  batch->common = commons_.use(submission.common, isolated);
  batch->share = submission.route->share;
  batch->defines_setup = submission.defines_setup != 0;
  batch->setup = batch->defines_setup ? submission.defines_setup : submission.route->setup;
  batch->items = std::move(submission.items);
  batch->repeated = submission.repeated;
  if (submission.parent.depth != 0) children_.adopt(*batch, submission.parent);
  return batch;
}

Batch* Hub::submit(detail::Submission&& submission) {
  const bool waits = dependencies_.check(submission, TaskId{next_task_}, batches_);
  // What an engine keeps is not in its sandbox.
  const bool uses_kept = std::ranges::any_of(submission.splices, &detail::Splice::follow);
  const std::uint16_t terms =
      agreed(*submission.route, profile_of(submission), submission.parent.depth, !uses_kept);
  records::Found found;
  if (journal_ != nullptr) found = look_up(submission);
  Batch* batch = open(submission, terms_[terms].isolated, found.task);
  if (batch->count == 0) {
    batch->released = true;
    commons_.release(std::exchange(batch->common, 0));
    return batch;
  }
  batch->terms = terms;
  if (journal_ != nullptr) {
    if (found.task && restore(*batch, found.submitted)) return batch;
    record_call(*batch, submission, found, false);
  }
  if (const std::int64_t patience = terms_[terms].timeout; patience != 0) {
    timeouts_.add(patience, {batch->submitted + patience, batch->number, batch->first});
  }
  if (waits) {
    dependencies_.add(*batch, submission);
    rule_dependents();
    return batch;
  }
  enter(*batch, submission.route->options, submission.route->id, std::move(submission.costs));
  return batch;
}

// What the options say beyond the scheduler's part.
std::uint16_t Hub::agreed(const detail::Route& route, std::uint32_t profile, std::uint32_t depth,
                          bool may_isolate) {
  if (depth == 0 && profile == 0 && plain(route)) return 0;
  Terms terms = terms_of(route.options);
  terms.profile = profile;
  terms.condition = conditions_.number_of(route.requirement.get());
  terms.depth = depth;
  terms.isolated = terms.isolated && may_isolate;
  return terms_.number_of(terms);
}

// Gives the batch to the scheduler.
void Hub::enter(Batch& batch, const TaskOptions& options, std::uint64_t route,
                std::vector<double> costs, std::span<const EngineId> pinned) {
  if (options.order == Order::longest_first && costs.empty()) costs = remembered_costs(batch);
  if (batch.planned) keep_planned(batch, costs);
  if (options.order == Order::longest_first) arrange(batch, costs);
  policy::Submit submit;
  submit.batch = batch.number;
  submit.items = places_of(batch);
  submit.kernel = batch.kernel->index();
  submit.bytes_per_item =
      static_cast<double>(batch.items.size()) / static_cast<double>(batch.count);
  submit.route = route;
  submit.options = &options;
  submit.share = batch.share;
  submit.depth = terms_[batch.terms].depth;
  submit.costs = costs;
  submit.pinned = pinned;
  submit.conditional = terms_[batch.terms].condition != 0;
  act(scheduler_.submit(submit, now_));
}

Batch* Hub::promise(std::uint64_t count, std::size_t result_size) {
  auto batch = std::make_unique<Batch>();
  batch->count = count;
  batch->result_size = results::size_on_wire(result_size);
  batch->submitted = time::Clock::now();
  batch->released = true;
  batch->number = unnumbered;
  return batch.release();
}

void Hub::settle(Batch& batch, std::uint64_t i, detail::Settled result, const TaskInfo& info) {
  Record record;
  record.first = i;
  record.count = 1;
  record.engine = info.engine.rank();
  record.started = record.completed = record.received = time::Clock::now();
  if (result.status != detail::Status::done && result.status != detail::Status::failed) {
    batch.made_results().abort(record);
  } else {
    record.attempt = 1;
    batch.made_results().settle_one(record, result.bytes, result.status == detail::Status::failed);
  }
  if (batch.settled()) complete(batch);
  rule_dependents();
}

void Hub::act(const policy::Actions& actions) {
  // A gang starts on idle engines: what else goes there comes after it, everywhere.
  for (const policy::Gang& gang : actions.gangs) begin(gang);
  for (const policy::Dispatch& dispatch : actions.dispatches) {
    const policy::Flight& flight = dispatch.flight;
    send(*batches_[flight.batch],
         {{flight.engine, flight.first, flight.count}, dispatch.ticket, 0, flight.attempt});
  }
  for (const policy::Ticket ticket : actions.retracts) {
    tell(member(scheduler_.flight(ticket)->engine).peer, wire::Retract{ticket});
  }
  // Chunks that came back to a batch which has been cancelled meanwhile.
  for (const policy::Abandon& abandoned : actions.abandoned) drop_items(abandoned);
  for (const policy::BatchNumber number : actions.released) {
    batches_[number]->released = true;
    close_if_over(*batches_[number]);
  }
  if (!actions.refused.empty()) refuse_all(std::vector(actions.refused));
}

bool Hub::poll() {
  now_is_stale_ = true;
  const bool ticked = (!timeouts_.empty() || scheduler_.timed()) && tick();
  // MPI moves the data of a collective call whatever is asked for; to look for messages as well
  // costs every other turn.
  const bool flows = transfers_.flowing();
  bool moved = (!flows || ++skipped_ % 4 == 0) && transport_->poll(*this);
  if (ticked || groups_.poll()) moved = true;
  if (failing_together_ + failing_gangs_ != 0 && give_up_stuck()) moved = true;
  // While messages keep coming, calls that only wait are looked at now and then.
  if ((!moved || flows || ++skipped_ % 16 == 0) && transfers_.poll()) {
    moved = true;
    for (const auto& transfer : std::exchange(transfers_.ended(), {})) end(*transfer);
    if (!transfers_.broken().empty()) end_broken_transfers();
  }
  return (dependencies_.due() && rule_dependents()) || moved;
}

// What is due because time has passed.
bool Hub::tick() {
  now_ = time::Clock::now();
  now_is_stale_ = false;
  const std::size_t pending = timeouts_due_;
  expire_timeouts();
  const auto next = scheduler_.next_time();
  if (next && *next <= now_) {
    act(scheduler_.expire(now_));
    return true;
  }
  return timeouts_due_ != pending;
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
    case wire::Kind::returned:
      return receive_returned(from, wire::decode<wire::Returned>(frame).header);
    case wire::Kind::overdue:
      return receive_overdue(from, wire::decode<wire::Overdue>(frame).header);
    case wire::Kind::arrived:
      return groups_.arrived(wire::decode<wire::Arrived>(frame).header.number, from);
    default:
      if (receive_nested(from, kind, frame) || receive_word(from, kind, frame)) return;
      throw wire::FrameError("the hub received a frame that only an engine receives");
  }
}

}  // namespace farm::hub
