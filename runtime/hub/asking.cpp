// Records of tasks out of the hub's own memory, and tasks that are made of others.

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "farm/detail/fault.hpp"
#include "hub/hub.hpp"
#include "records/journal.hpp"
#include "time/clock.hpp"

namespace farm::hub {

namespace {

std::string task_name(TaskId task) { return "task " + std::to_string(number(task)); }

const char* kind_of(const Batch& batch, const Terms& terms) {
  if (batch.bulk) return "collective";
  if (batch.direct) return "direct";
  if (batch.defines_setup) return "setup";
  return terms.depth != 0 ? "nested" : "balanced";
}

}  // namespace

std::uint32_t Hub::profile_of(const TaskOptions& options) {
  if (profiles_.size() >= most_profiles) return 0;
  profiles_.push_back(options);
  return static_cast<std::uint32_t>(profiles_.size() - 1);
}

// The record of an item, as far as the hub knows it.
TaskRecord Hub::task_record(Batch& batch, std::uint64_t item, const time::Clock& clock) const {
  TaskRecord task;
  const Terms& terms = terms_[batch.terms];
  task.id = TaskId{number(batch.first) + item};
  task.call = batch.first;
  task.kernel = detail::readable_name(*batch.kernel);
  task.label = profiles_[terms.profile].label;
  task.kind = kind_of(batch, terms);
  task.submitted = clock.civil(batch.submitted);
  if (const auto again = again_.find(task.id); again != again_.end()) task.again = again->second;
  if (!batch.results || !batch.results->settled(item)) return task;
  const Record& record = batch.results->record_of(item);
  task.received = clock.civil(record.received);
  if (record.attempt != 0) {
    task.attempt = static_cast<int>(record.attempt);
    task.started = clock.civil(record.started);
    task.completed = clock.civil(record.completed);
    if (record.engine >= 0) {
      task.engine = record.engine;
      task.host = member(record.engine).info.host;
    }
  }
  const detail::Settled settled = batch.results->read(item);
  switch (settled.status) {
    case detail::Status::failed:
      task.status = TaskStatus::failed;
      task.error = detail::describe_failure(settled.bytes);
      break;
    case detail::Status::aborted:
      task.status = TaskStatus::aborted;
      break;
    default:
      task.status = TaskStatus::done;
      if (batch.results->values_kept() && !batch.bulk) {
        task.result.emplace(settled.bytes.begin(), settled.bytes.end());
      }
  }
  return task;
}

void Hub::query(const Query& query, const time::Clock& clock,
                const std::function<void(TaskRecord&&)>& take) {
  std::vector<Batch*> all;
  for (Batch* batch : batches_) {
    if (batch != nullptr && !purged_.contains(number(batch->first))) all.push_back(batch);
  }
  for (const auto& batch : past_.batches()) all.push_back(batch.get());
  std::ranges::sort(all, {}, [](const Batch* batch) { return number(batch->first); });
  std::size_t taken = 0;
  for (Batch* batch : all) {
    for (std::uint64_t i = 0; i < batch->count; ++i) {
      if (taken >= query.most()) return;
      if (query.excludes(TaskId{number(batch->first) + i})) continue;
      TaskRecord task = task_record(*batch, i, clock);
      if (!query.matches(task)) continue;
      query.project(task);
      ++taken;
      take(std::move(task));
    }
  }
}

std::uint64_t Hub::purge(const Query& query, const time::Clock& clock) {
  const auto meant = [&](Batch& batch) {
    if (!batch.settled()) return false;
    for (std::uint64_t i = 0; i < batch.count; ++i) {
      if (!query.matches(task_record(batch, i, clock))) return false;
    }
    return true;
  };
  std::uint64_t count = past_.drop(meant);
  for (Batch* batch : batches_) {
    if (batch == nullptr || batch->count == 0 || purged_.contains(number(batch->first))) continue;
    if (!meant(*batch)) continue;
    purged_.insert(number(batch->first));
    count += batch->count;
  }
  return count;
}

QueueStatus Hub::queue_status() {
  QueueStatus status;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    status.engines.push_back({members_[i].info.id, 0, 0, completed_[i]});
  }
  const auto at = [&](EngineId engine) -> QueueStatus::Engine& {
    return status.engines[member_by_rank_[static_cast<std::size_t>(engine.rank())]];
  };
  for (const DirectFlight& flight : direct_) {
    if (flight.batch != nullptr) at(flight.share.engine).queue += flight.share.count;
  }
  std::uint64_t on_engines = 0;
  for (policy::Ticket ticket = 0; ticket < scheduler_.tickets(); ++ticket) {
    const policy::Flight* flight = scheduler_.flight(ticket);
    if (flight == nullptr || written_off_.contains(ticket)) continue;
    at(flight->engine).tasks += flight->count;
    // A gang is one task, on however many engines.
    const std::uint32_t gang = gangs_.number_of(ticket);
    if (gang == 0 || gangs_[gang].tickets.front() == ticket) on_engines += flight->count;
  }
  for (const Batch* batch : batches_) {
    if (batch == nullptr || batch->direct || batch->settled()) continue;
    status.unassigned += batch->count - (batch->results ? batch->results->progress().settled : 0);
  }
  status.unassigned -= std::min(status.unassigned, on_engines);
  return status;
}

// The batch of a task, open or past. Throws std::out_of_range.
Batch& Hub::known(TaskId task) {
  Batch* batch = find(task);
  if (batch == nullptr) batch = past_.find(task);
  if (batch != nullptr) return *batch;
  if (number(task) < next_task_) {
    throw std::out_of_range(task_name(task) +
                            " has ended long ago, or is of an earlier run: it is not in memory");
  }
  throw std::out_of_range("there is no " + task_name(task));
}

Batch* Hub::resubmit(TaskId task, const detail::Route& route) {
  Batch& batch = known(task);
  const std::string name = task_name(task);
  if (terms_[batch.terms].condition != 0) {
    throw Error(name + " has a requirement, which is its view's: submit it again there");
  }
  if (batch.direct) {
    throw Error(name + " is part of a direct call, which is not for any engine: call again");
  }
  if (batch.waiting) throw Error(name + " still waits for others: it has not been run at all");
  const std::uint64_t item = batch.repeated ? 0 : number(task) - number(batch.first);
  const std::shared_ptr<detail::Common> common = commons_.find(batch.common);
  // Nothing is left where there was something.
  const bool gone = batch.over && batch.items.size() == 0 && batch.item_size != 0;
  if (gone || (batch.common != 0 && common == nullptr)) {
    throw Error("the inputs of " + name + " are not in memory any more");
  }
  const detail::ItemsView items = batch.view();
  Buffer buffer;
  append_items(buffer, items, item, 1);
  detail::Submission submission;
  submission.kernel = batch.kernel;
  submission.common = common;
  submission.route = &route;
  submission.count = 1;
  submission.item_size = items.item_size();
  submission.items = Bytes(std::move(buffer));
  submission.recall = detail::Recall::never;
  submission.profile = terms_[batch.terms].profile;
  Batch* again = submit(std::move(submission));
  if (again_.size() >= most_links) again_.erase(again_.begin());
  again_[task] = again->first;
  if (journal_ != nullptr) journal_->resubmitted(number(task), number(again->first));
  return again;
}

// A batch of one for the result of a task, which copy_result fills in.
Batch* Hub::open_copy(TaskId task) {
  Batch& source = known(task);
  auto copy = std::make_unique<Batch>();
  copy->first = task;
  copy->count = 1;
  copy->kernel = source.kernel;
  copy->result_size = source.result_size;
  copy->submitted = source.submitted;
  copy->released = true;
  copy->noticed = true;  // its own handles tell of a failure
  copy->number = unnumbered;
  return copy.release();
}

// True if the task has ended.
bool Hub::copy_result(Batch& copy) {
  Batch& source = known(copy.first);
  const std::uint64_t item = number(copy.first) - number(source.first);
  if (!source.results || !source.results->settled(item)) return false;
  if (!source.results->values_kept() || source.bulk) {
    throw Error("the result of " + task_name(copy.first) + " is not in memory any more");
  }
  const detail::Settled settled = source.results->read(item);
  Record record = source.results->record_of(item);
  record.first = 0;
  record.count = 1;
  if (settled.status == detail::Status::aborted) {
    record.engine = -1;
    copy.made_results().abort(record);
  } else {
    if (record.attempt == 0) record.engine = -1;
    copy.made_results().settle_one(record, settled.bytes, settled.status == detail::Status::failed);
    if (const results::Origin* origin = source.results->origin_of(item)) {
      results::Origin one = *origin;
      one.first = 0;
      one.count = 1;
      copy.results->come_from({one});
    }
  }
  complete(copy);
  return true;
}

}  // namespace farm::hub
