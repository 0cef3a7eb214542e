// What the session sends to the hub and hears from it.

#include <algorithm>
#include <utility>

#include "engine/session.hpp"
#include "farm/error.hpp"
#include "results/item_size.hpp"

namespace farm::engine {

namespace {

constexpr std::uint32_t submissions_per_look = 8;

std::int64_t plain(CountOrAutomatic count) { return count.is_automatic() ? -1 : count.count(); }

std::int64_t plain(Chunk chunk) {
  static_assert(static_cast<int>(Chunking::adaptive_factoring) + 1 == wire::chunk_schemes);
  if (chunk.is_count()) return chunk.count();
  for (std::int64_t i = 0; i < wire::chunk_schemes; ++i) {
    if (chunk.is(static_cast<Chunking>(i))) return wire::first_scheme - i;
  }
  return -1;
}

double plain(std::optional<Seconds> limit) { return limit ? limit->count() : -1; }

wire::SpawnOptions spawn_options(const TaskOptions& options) {
  wire::SpawnOptions spawn;
  spawn.chunk = plain(options.chunk);
  spawn.hwm = plain(options.hwm);
  spawn.backoff = options.backoff.count();
  spawn.timeout = plain(options.timeout);
  spawn.run_limit = plain(options.run_limit);
  spawn.weight = options.weight;
  spawn.priority = options.priority;
  spawn.retries = options.retries;
  spawn.scheme = static_cast<std::uint8_t>(options.scheme);
  spawn.order = static_cast<std::uint8_t>(options.order);
  spawn.isolated = options.isolate == Isolation::sandbox;
  return spawn;
}

// An ordinary view of the driver's may be told more than one that a kernel makes.
void check(const detail::Submission& submission) {
  if (submission.dependencies != nullptr || !submission.splices.empty()) {
    throw Error(
        "a task that a kernel submits cannot depend on others: wait for them first, and pass the "
        "value of get() instead of the handle");
  }
  if (!submission.costs.empty()) {
    throw Error(
        "a map that a kernel submits takes no costs: put the expensive inputs first instead");
  }
}

}  // namespace

detail::BatchHeader* EngineSession::submit(detail::Submission&& submission) {
  check(submission);
  check_thread();
  if (running_.depth + 1 >= wire::depth_limit) {
    throw Error("tasks that submit tasks are nested too deep: " + std::to_string(running_.depth) +
                " levels below the driver's");
  }
  // A child that its parent could not wait for would go on with the recursion by itself.
  check_stack();
  auto child = std::make_unique<Child>();
  child->kernel = submission.kernel;
  child->count = submission.count;
  child->result_size = results::size_on_wire(submission.kernel->result_size());
  child->depth = running_.depth + 1;
  child->submitted = time::Clock::now();
  if (child->count == 0) return child.release();
  wire::Spawn spawn;
  spawn.number = child->number = ++last_number_;
  spawn.ticket = running_.ticket;
  spawn.depth = child->depth;
  spawn.kernel = submission.kernel->index();
  spawn.item_size = results::size_on_wire(submission.item_size);
  spawn.count = submission.count;
  spawn.options = spawn_options(submission.route->options);
  if (submission.common != nullptr) {
    spawn.common = number_of(submission.common);
    spawn.common_size = submission.common->bytes.size();
  }
  loop_->enter();
  Buffer frame = loop_->buffer();
  wire::encode(frame, spawn);
  if (spawn.common_size != 0) {
    frame.append(submission.common->bytes.data(), submission.common->bytes.size());
  }
  frame.append(submission.items.data(), submission.items.size());
  loop_->send(std::move(frame));
  ++unaccepted_;
  children_[child->number] = child.get();
  // A kernel that only submits takes in what comes back on its way.
  if (child->number % submissions_per_look == 0) loop_->hear();
  loop_->leave();
  return child.release();
}

std::uint32_t EngineSession::number_of(const std::shared_ptr<detail::Common>& common) {
  constexpr std::size_t commons_kept = 256;
  if (const auto known = commons_.find(common); known != commons_.end()) return known->second;
  if (commons_.size() >= commons_kept) {
    std::erase_if(commons_, [](const auto& entry) { return entry.first.expired(); });
  }
  return commons_[common] = ++last_common_;
}

Child* EngineSession::find(std::uint32_t number) {
  const auto found = children_.find(number);
  return found == children_.end() ? nullptr : found->second;
}

bool EngineSession::take(wire::Kind kind, std::span<const std::byte> frame) {
  switch (kind) {
    case wire::Kind::accepted: {
      const wire::Accepted accepted = wire::decode<wire::Accepted>(frame).header;
      Child* child = find(accepted.number);
      if (child == nullptr || std::exchange(child->accepted, true)) return true;
      child->first = accepted.first;
      --unaccepted_;
      if (child->dropped) release(*child);
      return true;
    }
    case wire::Kind::settled:
      receive(wire::decode<wire::Settled>(frame));
      return true;
    case wire::Kind::cancelled: {
      const wire::Cancelled cancelled = wire::decode<wire::Cancelled>(frame).header;
      if (Child* child = find(cancelled.number)) child->cancelled = cancelled.count;
      return true;
    }
    default:
      return false;
  }
}

void EngineSession::receive(const wire::Frame<wire::Settled>& settled) {
  const wire::Settled& header = settled.header;
  Child* child = find(header.number);
  // Nobody asks for it any more.
  if (child == nullptr || child->dropped) return;
  if (header.first + header.count > child->count) {
    throw wire::FrameError("results came for tasks that do not exist");
  }
  results::Record record;
  record.first = header.first;
  record.count = header.count;
  record.engine = header.engine;
  record.attempt = header.attempt;
  // The hub's clock may be another one.
  record.received = time::Clock::now();
  record.completed = std::max(child->submitted, record.received - header.age);
  record.started = std::max(child->submitted, record.completed - header.run);
  if (header.host_size != 0) {
    hosts_[header.engine].assign(reinterpret_cast<const char*>(settled.body.data()),
                                 header.host_size);
  }
  const std::span<const std::byte> body = settled.body.subspan(header.host_size);
  if (header.ended == wire::Ended::cancelled) {
    record.attempt = 0;
    child->made_results().abort(record);
  } else if (header.ended == wire::Ended::with_one_error) {
    child->made_results().abort(record, std::make_shared<const Bytes>(body));
  } else {
    const std::size_t item_size =
        header.item_size == wire::variable_item ? variable_size : header.item_size;
    child->made_results().settle(record, {header.count, item_size, body});
  }
  if (child->settled()) complete(*child);
}

void EngineSession::complete(Child& child) {
  for (results::Callback& callback : std::exchange(child.results->callbacks, {})) {
    due_.push_back(std::move(callback.run));
  }
}

detail::BatchHeader* EngineSession::promise(std::uint64_t count, std::size_t result_size) {
  check_thread();
  auto child = std::make_unique<Child>();
  child->count = count;
  child->result_size = results::size_on_wire(result_size);
  child->submitted = time::Clock::now();
  return child.release();
}

void EngineSession::settle(detail::BatchHeader& batch, std::uint64_t i, detail::Settled result,
                           const TaskInfo& info) {
  Child& child = static_cast<Child&>(batch);
  results::Record record;
  record.first = i;
  record.count = 1;
  record.engine = info.engine.rank();
  record.started = record.completed = record.received = time::Clock::now();
  if (result.status == detail::Status::done || result.status == detail::Status::failed) {
    record.attempt = 1;
    Buffer buffer;
    detail::ItemsBuilder items(buffer, variable_size);
    buffer.append(result.bytes.data(), result.bytes.size());
    result.status == detail::Status::failed ? items.end_failed() : items.end();
    items.finish();
    child.made_results().settle(record, {1, variable_size, buffer.span()});
  } else {
    child.made_results().abort(record);
  }
  if (child.settled()) complete(child);
}

}  // namespace farm::engine
