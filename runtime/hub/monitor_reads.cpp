// The monitor's answers about batches.

#include <algorithm>
#include <stdexcept>
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
  if (own(batch).results->all_recalled()) {
    spans.submitted = spans.last_received = own(batch).results->origin_of(0)->submitted;
  }
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
  info.received = clock_.civil(record.received);
  if (record.attempt == 0) return info;  // it never ran
  info.attempt = static_cast<int>(record.attempt);
  if (const results::Origin* origin = mine.results->origin_of(i)) {
    info.submitted = clock_.civil(origin->submitted);
    info.engine = origin->engine;
    info.host = origin->host;
  } else {
    info.engine = record.engine;
    if (record.engine >= 0) info.host = hub_->member(record.engine).info.host;
  }
  info.started = clock_.civil(record.started);
  info.completed = clock_.civil(record.completed);
  info.in_chunk = record.count;
  return info;
}

std::optional<double> Monitor::time_left(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  return hub_->time_left(own(batch));
}

const detail::KernelEntry* Monitor::kernel(const detail::BatchHeader& batch) {
  return own(batch).kernel;
}

detail::Progress Monitor::peek(const detail::BatchHeader& batch) const {
  return own(batch).results ? own(batch).results->progress() : detail::Progress();
}

// Over the options that tell views apart most often; the rest is compared.
std::size_t Monitor::RouteHash::operator()(const RouteKey& key) const {
  constexpr std::size_t prime = 0x100000001b3;
  std::size_t hash = key.share * prime + key.setup;
  const auto mix = [&hash](std::size_t value) { hash = (hash ^ value) * prime; };
  mix(static_cast<std::size_t>(key.options.priority));
  mix(static_cast<std::size_t>(key.options.retries));
  mix(key.options.hwm.is_automatic() ? 0 : static_cast<std::size_t>(key.options.hwm.count()) + 1);
  mix(key.options.timeout ? static_cast<std::size_t>(key.options.timeout->count() * 1e6) : 0);
  mix(key.options.run_limit ? static_cast<std::size_t>(key.options.run_limit->count() * 1e6) : 0);
  for (const EngineId target : key.options.targets) mix(static_cast<std::size_t>(target.rank()));
  mix(std::hash<std::string>()(key.options.label));
  mix(reinterpret_cast<std::size_t>(key.requirement.get()));
  return hash;
}

// Views with equal options are one route, so that a loop that makes a view a round does not make a
// queue a round.
std::uint64_t Monitor::route_id(const detail::Route& route) {
  constexpr std::size_t ids_kept = 4096;
  RouteKey key{route.options, route.share, route.setup, route.requirement};
  // These are between the view and its handles or records.
  key.options.ordered = true;
  key.options.label.clear();
  if (const auto found = route_ids_.find(key); found != route_ids_.end()) return found->second;
  if (route_ids_.size() >= ids_kept) route_ids_.clear();
  return route_ids_[std::move(key)] = ++routes_;
}

std::shared_ptr<const detail::Route> Monitor::new_route(
    TaskOptions options, std::uint32_t share, std::uint32_t setup,
    std::shared_ptr<const detail::Requirement> requirement) {
  if (requirement != nullptr && options.ranks > 1) {
    throw std::invalid_argument(
        "a requirement is asked on one engine, so it is not for tasks of several ranks: give the "
        "engines labels, and ask for them with `needs`");
  }
  auto route = std::make_shared<detail::Route>();
  route->options = std::move(options);
  // So that a kernel past its limit costs nobody else's result.
  if (route->options.run_limit) route->options.chunk = 1;
  route->share = share;
  route->setup = setup;
  route->requirement = std::move(requirement);
  const Entry entry(*this);
  route->id = route_id(*route);
  route->profile = profile_of(route->options);
  return route;
}

}  // namespace farm::hub
