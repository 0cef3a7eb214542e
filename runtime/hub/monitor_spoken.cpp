// The monitor's answers about what tasks have said.

#include "hub/monitor.hpp"

namespace farm::hub {

namespace {

// A promise has no tasks.
bool runs(const detail::BatchHeader& batch) {
  return static_cast<const Batch&>(batch).kernel != nullptr;
}
TaskId task_of(const detail::BatchHeader& batch, std::uint64_t i) {
  return TaskId{number(batch.first) + i};
}

}  // namespace

void Monitor::watch_output(std::function<void(const OutputPiece&)> watcher) {
  const Entry entry(*this);
  hub_->watch_output(std::move(watcher));
}

TaskOutput Monitor::output(const detail::BatchHeader& batch, std::uint64_t i) {
  const Entry entry(*this);
  const TaskOutput* output = runs(batch) ? hub_->outputs().find(task_of(batch, i)) : nullptr;
  return output == nullptr ? TaskOutput() : *output;
}

std::vector<std::uint64_t> Monitor::items_with_output(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  std::vector<std::uint64_t> items;
  if (!runs(batch)) return items;
  for (const TaskId task : hub_->outputs().known(batch.first, batch.count)) {
    items.push_back(number(task) - number(batch.first));
  }
  return items;
}

detail::PublishedValue Monitor::published(const detail::BatchHeader& batch, std::uint64_t i,
                                          std::string_view name) {
  const Entry entry(*this);
  if (!runs(batch)) return {};
  return hub_->published().value(task_of(batch, i), name);
}

TaskProgress Monitor::task_progress(const detail::BatchHeader& batch, std::uint64_t i) {
  const Entry entry(*this);
  if (runs(batch)) {
    const TaskProgress* said = hub_->published().progress(task_of(batch, i));
    if (said != nullptr) return *said;
  }
  const auto& results = static_cast<const Batch&>(batch).results;
  const bool ended = results && results->settled(i);
  return {ended && results->read(i).status == detail::Status::done ? 1.0 : 0.0, {}};
}

double Monitor::fraction(const detail::BatchHeader& batch) {
  const Entry entry(*this);
  return hub_->fraction(static_cast<const Batch&>(batch));
}

std::uint64_t Monitor::peek_version(const detail::BatchHeader& batch, std::uint64_t i) const {
  return runs(batch) ? hub_->published().version(task_of(batch, i)) : 0;
}

bool Monitor::peek_ended(const detail::BatchHeader& batch, std::uint64_t i) const {
  const auto& results = static_cast<const Batch&>(batch).results;
  return results && results->settled(i);
}

}  // namespace farm::hub
