// The monitor's answers about what is recorded: from the journal if there is one, otherwise from
// memory.

#include <stdexcept>
#include <utility>

#include "hub/monitor.hpp"
#include "records/journal.hpp"

namespace farm::hub {

namespace {

Batch& own(detail::BatchHeader& header) { return static_cast<Batch&>(header); }

}  // namespace

// Views with the options of the run have no profile of their own.
std::uint32_t Monitor::profile_of(const TaskOptions& options) {
  if (options == options_.defaults) return 0;
  RouteKey key;
  key.options = options;
  const auto [found, is_new] = profiles_.try_emplace(std::move(key), 0);
  if (is_new) found->second = hub_->profile_of(options);
  const std::uint32_t profile = found->second;
  if (profile == 0) profiles_.erase(found);
  return profile;
}

std::uint32_t Monitor::new_stream(std::uint32_t share) {
  const Entry entry(*this);
  return ++streams_[share];
}

std::uint64_t Monitor::recorded_items(std::uint32_t share, std::uint32_t stream, std::uint64_t n) {
  if (hub_->journal() == nullptr) return 0;
  const Entry entry(*this);
  return hub_->journal()->recorded_items(records::place_of(share, stream), n);
}

void Monitor::label(std::string label) {
  const Entry entry(*this);
  labels_[std::this_thread::get_id()].push_back(std::move(label));
}

void Monitor::unlabel() {
  const Entry entry(*this);
  const auto found = labels_.find(std::this_thread::get_id());
  if (found == labels_.end()) return;
  found->second.pop_back();
  if (found->second.empty()) labels_.erase(found);
}

// The view's own label is nearer than that of the scope, which is nearer than the run's.
void Monitor::apply_label(detail::Submission& submission) {
  const auto found = labels_.find(std::this_thread::get_id());
  if (found == labels_.end()) return;
  const TaskOptions& options = submission.route->options;
  if (!options.label.empty() && options.label != options_.defaults.label) return;
  TaskOptions labelled = options;
  labelled.label = found->second.back();
  submission.label = found->second.back();
  submission.profile = profile_of(labelled);
}

void Monitor::query(const Query& query, const std::function<void(TaskRecord&&)>& take) {
  if (hub_->journal() != nullptr) return hub_->journal()->query(query, take);
  std::vector<TaskRecord> found;
  {
    const Entry entry(*this);
    hub_->query(query, clock_, [&](TaskRecord&& record) { found.push_back(std::move(record)); });
  }
  // Whoever takes them may call us.
  for (TaskRecord& record : found) take(std::move(record));
}

QueueStatus Monitor::queue_status() {
  const Entry entry(*this);
  pump_for_driver();
  return hub_->queue_status();
}

detail::BatchHeader* Monitor::resubmit(TaskId task) {
  const Entry entry(*this);
  check_open();
  const Batch& batch = hub_->known(task);
  detail::Route route;
  route.options = hub_->options_of(batch);
  route.share = batch.share;
  route.setup = batch.setup;
  route.id = route_id(route);
  Batch* again = hub_->resubmit(task, route);
  pump_now_and_then();
  return again;
}

std::uint64_t Monitor::purge(const Query& query) {
  std::uint64_t purged = 0;
  if (hub_->journal() != nullptr) purged = hub_->journal()->purge(query);
  const Entry entry(*this);
  const std::uint64_t of_memory = hub_->purge(query, clock_);
  return hub_->journal() != nullptr ? purged : of_memory;
}

detail::BatchHeader* Monitor::result(TaskId task) {
  Entry entry(*this);
  Batch* copy = nullptr;
  try {
    copy = hub_->open_copy(task);
    if (hub_->copy_result(*copy)) return copy;
  } catch (const std::exception&) {
    // Not in memory.
    delete copy;
    if (hub_->journal() == nullptr) throw;
    entry.lock.unlock();
    return result_on_record(task);
  }
  // Both live as long as somebody waits for the one or fills it in from the other.
  Batch& source = hub_->known(task);
  const auto pinned = std::make_shared<std::pair<detail::BatchRef, detail::BatchRef>>();
  source.handles.fetch_add(1);
  copy->handles.fetch_add(1);
  pinned->first = detail::BatchRef(*this, &source);
  pinned->second = detail::BatchRef(*this, copy);
  hub_->on_done(source, {detail::RunBy::anybody, [this, pinned] {
                           const Entry entry(*this);
                           hub_->copy_result(own(*pinned->second));
                         }});
  return copy;
}

// A batch of one with what the journal holds of a task.
detail::BatchHeader* Monitor::result_on_record(TaskId task) {
  const std::string name = "task " + std::to_string(number(task));
  std::optional<TaskRecord> found;
  Query asked;
  asked.in({task}).keys({Key::status, Key::attempt, Key::engine, Key::host, Key::submitted,
                         Key::started, Key::completed, Key::received, Key::error, Key::result});
  hub_->journal()->query(asked, [&](TaskRecord&& record) { found = std::move(record); });
  if (!found) throw std::out_of_range("there is no " + name);
  if (!found->result || !found->received) {
    throw Error("the journal has no result of " + name + ": it is " + farm::name(found->status));
  }
  const std::int64_t offset = clock_.civil(0).time_since_epoch().count();
  const auto at = [&](const std::optional<Time>& time) {
    return time ? time->time_since_epoch().count() - offset : 0;
  };
  Record record;
  record.count = 1;
  record.attempt = static_cast<std::uint32_t>(found->attempt);
  record.started = at(found->started);
  record.completed = at(found->completed);
  record.received = at(found->received);
  const Entry entry(*this);
  Batch& batch = *hub_->promise(1, variable_size);
  batch.first = task;
  batch.submitted = at(found->submitted);
  batch.made_results().settle_one(record, *found->result, false);
  batch.made_results().come_from({{0, 1, found->engine.rank(), batch.submitted, found->host}});
  return &batch;
}

}  // namespace farm::hub
