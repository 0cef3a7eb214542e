// The monitor's answers about batches.

#include <algorithm>
#include <utility>

#include "hub/monitor.hpp"

namespace farm::hub {

namespace {

Batch& own(detail::BatchHeader& header) { return static_cast<Batch&>(header); }
const Batch& own(const detail::BatchHeader& header) { return static_cast<const Batch&>(header); }

}  // namespace

bool Monitor::sent(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  return !own(batch).busy;
}

detail::Progress Monitor::progress(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  return own(batch).results ? own(batch).results->progress() : detail::Progress();
}

detail::Spans Monitor::spans(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  detail::Spans spans;
  spans.submitted = spans.last_received = own(batch).submitted;
  if (!own(batch).results) return spans;
  const RecordLog& records = own(batch).results->records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    spans.last_received = std::max(spans.last_received, record.received);
    spans.serial += record.completed - record.started;
  }
  return spans;
}

std::uint64_t Monitor::settled_prefix(detail::BatchHeader& batch) {
  const Entry entry(*this);
  return own(batch).results ? own(batch).results->settled_prefix() : 0;
}

std::uint64_t Monitor::completed(detail::BatchHeader& batch, std::uint64_t k) {
  const Entry entry(*this);
  return own(batch).results->completed(k);
}

// The lock is held.
detail::Settled Monitor::read_settled(Batch& batch, std::uint64_t i) {
  if (!batch.results) return {};
  detail::Settled settled = batch.results->read(i);
  settled.bulk = batch.bulk;
  if (settled.status == detail::Status::failed) batch.noticed = true;
  if (settled.status == detail::Status::aborted && batch.broken) {
    settled.status = detail::Status::broken;
  }
  if (settled.status == detail::Status::aborted && batch.lost) {
    settled.status = detail::Status::lost;
    batch.noticed = true;
  }
  return settled;
}

detail::Settled Monitor::read(detail::BatchHeader& batch, std::uint64_t i) {
  const Entry entry(*this);
  return read_settled(own(batch), i);
}

std::optional<std::span<const std::byte>> Monitor::read_all(detail::BatchHeader& batch) {
  const Entry entry(*this);
  const Batch& mine = own(batch);
  if (!mine.results || !mine.settled() || mine.result_size == wire::variable_item) return {};
  const detail::Progress progress = mine.results->progress();
  if (progress.failed != 0 || progress.aborted != 0) return {};
  return mine.results->fixed_bytes();
}

TaskInfo Monitor::info(const detail::BatchHeader& batch, std::uint64_t i) {
  const Entry entry(*this);
  const Batch& mine = own(batch);
  TaskInfo info;
  info.id = TaskId{number(mine.first) + i};
  info.submitted = clock_.civil(mine.submitted);
  if (!mine.results || !mine.results->settled(i)) return info;
  const Record& record = mine.results->record_of(i);
  info.engine = record.engine;
  info.attempt = static_cast<int>(record.attempt);
  info.received = clock_.civil(record.received);
  if (record.attempt == 0) return info;  // it never ran
  if (record.engine >= 0) info.host = hub_->member(record.engine).info.host;
  info.started = clock_.civil(record.started);
  info.completed = clock_.civil(record.completed);
  info.in_chunk = record.count;
  return info;
}

const detail::KernelEntry* Monitor::kernel(const detail::BatchHeader& batch) {
  return own(batch).kernel;
}

detail::Progress Monitor::peek(const detail::BatchHeader& batch) const {
  return own(batch).results ? own(batch).results->progress() : detail::Progress();
}

// Views with equal options are one route, so that a loop that makes a view a round does not make a
// queue a round.
std::uint64_t Monitor::route_id(const TaskOptions& options, std::uint32_t share,
                                std::uint32_t setup) {
  constexpr std::size_t ids_kept = 4096;
  const auto plain = [](CountOrAutomatic count) {
    return count.is_automatic() ? std::int64_t{-1} : count.count();
  };
  RouteKey key{share, setup, options.chunk, plain(options.hwm), options.targets};
  if (const auto found = route_ids_.find(key); found != route_ids_.end()) return found->second;
  if (route_ids_.size() >= ids_kept) route_ids_.clear();
  return route_ids_[std::move(key)] = ++routes_;
}

std::shared_ptr<const detail::Route> Monitor::new_route(
    TaskOptions options, std::uint32_t share, std::uint32_t setup,
    std::shared_ptr<const detail::Requirement> requirement) {
  auto route = std::make_shared<detail::Route>();
  route->options = std::move(options);
  {
    const Entry entry(*this);
    route->id = route_id(route->options, share, setup);
  }
  route->share = share;
  route->setup = setup;
  route->requirement = std::move(requirement);
  return route;
}

}  // namespace farm::hub
