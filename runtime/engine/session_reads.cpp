// The session's answers about batches, and what a kernel cannot ask for.

#include <algorithm>

#include "engine/session.hpp"
#include "farm/error.hpp"

namespace farm::engine {

namespace {

const Child& own(const detail::BatchHeader& header) { return static_cast<const Child&>(header); }
Child& own(detail::BatchHeader& header) { return static_cast<Child&>(header); }

[[noreturn]] void refuse(const std::string& what) {
  throw Error("a kernel cannot " + what + ": that is for the driver");
}

}  // namespace

detail::Progress EngineSession::peek(const detail::BatchHeader& batch) const {
  return own(batch).results ? own(batch).results->progress() : detail::Progress();
}

detail::Progress EngineSession::progress(const detail::BatchHeader& batch) { return peek(batch); }

detail::Spans EngineSession::spans(const detail::BatchHeader& batch) {
  detail::Spans spans;
  spans.submitted = spans.last_received = own(batch).submitted;
  if (!own(batch).results) return spans;
  const results::RecordLog& records = own(batch).results->records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    spans.last_received = std::max(spans.last_received, records[i].received);
    spans.serial += records[i].completed - records[i].started;
  }
  return spans;
}

std::uint64_t EngineSession::settled_prefix(detail::BatchHeader& batch) {
  return own(batch).results ? own(batch).results->settled_prefix() : 0;
}

std::uint64_t EngineSession::completed(detail::BatchHeader& batch, std::uint64_t k) {
  return own(batch).results->completed(k);
}

detail::Settled EngineSession::read(detail::BatchHeader& batch, std::uint64_t i) {
  if (!own(batch).results) return {};
  const detail::Settled settled = own(batch).results->read(i);
  if (settled.status == detail::Status::failed) own(batch).noticed = true;
  return settled;
}

std::optional<std::span<const std::byte>> EngineSession::read_all(detail::BatchHeader& batch) {
  const Child& mine = own(batch);
  if (!mine.results || !mine.settled() || mine.result_size == wire::variable_item) return {};
  const detail::Progress progress = mine.results->progress();
  if (progress.failed != 0 || progress.aborted != 0) return {};
  return mine.results->fixed_bytes();
}

TaskInfo EngineSession::info(const detail::BatchHeader& batch, std::uint64_t i) {
  // The place of an item's record is found when it is first asked for.
  Child& mine = const_cast<Child&>(own(batch));
  TaskInfo info;
  info.id = TaskId{number(mine.first) + i};
  info.submitted = clock_.civil(mine.submitted);
  if (!mine.results || !mine.results->settled(i)) return info;
  const results::Record& record = mine.results->record_of(i);
  info.engine = record.engine;
  info.attempt = static_cast<int>(record.attempt);
  info.received = clock_.civil(record.received);
  if (record.attempt == 0) return info;  // it never ran
  if (const auto host = hosts_.find(record.engine); host != hosts_.end()) info.host = host->second;
  info.started = clock_.civil(record.started);
  info.completed = clock_.civil(record.completed);
  info.in_chunk = record.count;
  return info;
}

const detail::KernelEntry* EngineSession::kernel(const detail::BatchHeader& batch) {
  return own(batch).kernel;
}

std::uint64_t EngineSession::outstanding() {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(children_, [](const auto& entry) { return !entry.second->settled(); }));
}

std::shared_ptr<const detail::Route> EngineSession::new_route(
    TaskOptions options, std::uint32_t, std::uint32_t setup,
    std::shared_ptr<const detail::Requirement> requirement) {
  if (requirement != nullptr || setup != 0 || !options.targets.empty() ||
      !options.affinity.empty() || !options.needs.empty() || options.ranks != 1) {
    throw Error(
        "a view that a kernel makes hands its tasks to any engine: targets, affinity, labels, "
        "requirements and gangs are for views of the driver");
  }
  auto route = std::make_shared<detail::Route>();
  route->options = std::move(options);
  route->id = ++routes_;
  return route;
}

detail::BatchHeader* EngineSession::submit_direct(detail::Submission&&, std::vector<detail::Share>,
                                                  bool) {
  refuse("make direct calls");
}
detail::BatchHeader* EngineSession::submit_collective(detail::Collective&&) {
  refuse("make collective calls");
}
bool EngineSession::await_idle(detail::Deadline) { refuse("wait for the whole farm"); }
std::uint64_t EngineSession::cancel_share(std::uint32_t) { refuse("cancel a whole view"); }
bool EngineSession::cancel_task(TaskId) { refuse("cancel tasks by their ids"); }
std::uint64_t EngineSession::stop_share(std::uint32_t) { refuse("stop a whole view"); }
std::uint64_t EngineSession::stop_all() { refuse("stop everything"); }
std::string EngineSession::explain(TaskId) { refuse("have a task explained"); }
void EngineSession::break_share(std::uint32_t) { refuse("break an executor"); }
std::uint32_t EngineSession::new_setup() { refuse("make an executor"); }

}  // namespace farm::engine
