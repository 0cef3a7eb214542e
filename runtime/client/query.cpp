#include <algorithm>
#include <stdexcept>

#include "farm/records.hpp"

namespace farm {

namespace {

constexpr std::pair<TaskStatus, std::string_view> statuses[] = {
    {TaskStatus::pending, "pending"}, {TaskStatus::done, "done"}, {TaskStatus::failed, "failed"},
    {TaskStatus::aborted, "aborted"}, {TaskStatus::lost, "lost"},
};

constexpr std::uint32_t bit(Key key) { return std::uint32_t{1} << static_cast<unsigned>(key); }

const std::optional<Time>* time_under(const TaskRecord& record, Key key) {
  switch (key) {
    case Key::submitted:
      return &record.submitted;
    case Key::started:
      return &record.started;
    case Key::completed:
      return &record.completed;
    case Key::received:
      return &record.received;
    default:
      return nullptr;
  }
}

std::vector<TaskId> sorted(std::vector<TaskId> ids) {
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

std::string name(TaskStatus status) {
  for (const auto& [known, name] : statuses) {
    if (known == status) return std::string(name);
  }
  return {};
}

std::optional<TaskStatus> task_status_named(std::string_view name) {
  for (const auto& [status, known] : statuses) {
    if (known == name) return status;
  }
  return std::nullopt;
}

bool TaskRecord::has(Key key) const {
  switch (key) {
    case Key::id:
    case Key::call:
    case Key::status:
    case Key::run:
      return true;
    case Key::kernel:
      return !kernel.empty();
    case Key::label:
      return !label.empty();
    case Key::kind:
      return !kind.empty();
    case Key::engine:
      return engine.rank() >= 0;
    case Key::host:
      return !host.empty();
    case Key::attempt:
      return attempt != 0;
    case Key::error:
      return !error.empty();
    case Key::out:
      return !out.empty();
    case Key::err:
      return !err.empty();
    case Key::again:
      return again.has_value();
    case Key::result:
      return result.has_value();
    default:
      return time_under(*this, key)->has_value();
  }
}

Query& Query::status(TaskStatus status) {
  statuses_.push_back(status);
  return *this;
}
Query& Query::kernel(std::string name) {
  kernel_ = std::move(name);
  return *this;
}
Query& Query::label(std::string label) {
  label_ = std::move(label);
  return *this;
}
Query& Query::engine(EngineId engine) {
  engine_ = engine;
  return *this;
}
Query& Query::host(std::string name) {
  host_ = std::move(name);
  return *this;
}
Query& Query::run(int number) {
  run_ = number;
  return *this;
}
Query& Query::in(std::vector<TaskId> ids) {
  in_ = sorted(std::move(ids));
  return *this;
}
Query& Query::not_in(std::vector<TaskId> ids) {
  not_in_.insert(not_in_.end(), ids.begin(), ids.end());
  std::ranges::sort(not_in_);
  return *this;
}
Query& Query::with(Key key) {
  with_.push_back(key);
  return *this;
}
Query& Query::without(Key key) {
  without_.push_back(key);
  return *this;
}
Query& Query::compare(Key time, Compare compare, Time with) {
  if (time_under(TaskRecord(), time) == nullptr) {
    throw std::invalid_argument(
        "a query compares times: submitted, started, completed or received");
  }
  times_.push_back({time, compare, with});
  return *this;
}
Query& Query::since(Key time, Time least) { return compare(time, Compare::least, least); }
Query& Query::before(Key time, Time end) { return compare(time, Compare::end, end); }
Query& Query::at(Key time, Time exact) { return compare(time, Compare::exact, exact); }
Query& Query::keys(const std::vector<Key>& keys) {
  keys_ = bit(Key::id);
  for (const Key key : keys) *keys_ |= bit(key);
  return *this;
}
Query& Query::limit(std::size_t most) {
  most_ = most;
  return *this;
}

std::pair<TaskId, TaskId> Query::range() const {
  if (!in_) return {TaskId{0}, TaskId{~std::uint64_t{0} >> 1}};
  if (in_->empty()) return {TaskId{1}, TaskId{0}};
  return {in_->front(), in_->back()};
}

bool Query::excludes(TaskId id) const {
  return (in_ && !std::ranges::binary_search(*in_, id)) || std::ranges::binary_search(not_in_, id);
}

bool Query::matches(const TaskRecord& record) const {
  if (excludes(record.id)) return false;
  if (!statuses_.empty() && std::ranges::find(statuses_, record.status) == statuses_.end()) {
    return false;
  }
  if (kernel_ && *kernel_ != record.kernel) return false;
  if (label_ && *label_ != record.label) return false;
  if (engine_ && *engine_ != record.engine) return false;
  if (host_ && *host_ != record.host) return false;
  if (run_ && *run_ != record.run) return false;
  if (!std::ranges::all_of(with_, [&](Key key) { return record.has(key); })) return false;
  if (std::ranges::any_of(without_, [&](Key key) { return record.has(key); })) return false;
  return std::ranges::all_of(times_, [&](const TimeCondition& condition) {
    const std::optional<Time>& time = *time_under(record, condition.key);
    if (!time) return false;
    if (condition.compare == Compare::least) return *time >= condition.time;
    return condition.compare == Compare::end ? *time < condition.time : *time == condition.time;
  });
}

bool Query::asks_for(Key key) const {
  return keys_ ? (*keys_ & bit(key)) != 0 : key != Key::result;
}

void Query::project(TaskRecord& record) const {
  if (!keys_) {
    record.result.reset();
    return;
  }
  const TaskRecord empty;
  const auto drop = [&](Key key, auto TaskRecord::*member) {
    if (!asks_for(key)) record.*member = empty.*member;
  };
  drop(Key::call, &TaskRecord::call);
  drop(Key::kernel, &TaskRecord::kernel);
  drop(Key::label, &TaskRecord::label);
  drop(Key::kind, &TaskRecord::kind);
  drop(Key::status, &TaskRecord::status);
  drop(Key::run, &TaskRecord::run);
  drop(Key::engine, &TaskRecord::engine);
  drop(Key::host, &TaskRecord::host);
  drop(Key::attempt, &TaskRecord::attempt);
  drop(Key::submitted, &TaskRecord::submitted);
  drop(Key::started, &TaskRecord::started);
  drop(Key::completed, &TaskRecord::completed);
  drop(Key::received, &TaskRecord::received);
  drop(Key::error, &TaskRecord::error);
  drop(Key::out, &TaskRecord::out);
  drop(Key::err, &TaskRecord::err);
  drop(Key::again, &TaskRecord::again);
  drop(Key::result, &TaskRecord::result);
}

}  // namespace farm
