#include "hub/task_index.hpp"

#include <algorithm>
#include <iterator>

namespace farm::hub {

// The last entry that begins at or before the id; end() if there is none.
std::vector<TaskIndex::Entry>::iterator TaskIndex::at(std::uint64_t id) {
  const auto after = std::ranges::upper_bound(entries_, id, {}, &Entry::first);
  return after == entries_.begin() ? entries_.end() : std::prev(after);
}

// Ids rise, but for calls that an earlier run knew.
void TaskIndex::insert(Batch& batch) {
  const std::uint64_t first = number(batch.first);
  auto place = entries_.end();
  if (!entries_.empty() && entries_.back().first > first) {
    place = std::ranges::upper_bound(entries_, first, {}, &Entry::first);
  }
  entries_.insert(place, {first, &batch});
}

Batch* TaskIndex::find(TaskId task, const std::vector<Batch*>& batches) {
  if (!used_) {
    used_ = true;
    for (Batch* batch : batches) {
      if (batch != nullptr && batch->count != 0) entries_.push_back({number(batch->first), batch});
    }
    std::ranges::sort(entries_, {}, &Entry::first);
  }
  const auto found = at(number(task));
  if (found == entries_.end() || found->batch == nullptr) return nullptr;
  const bool inside = number(task) - found->first < found->batch->count;
  return inside ? found->batch : nullptr;
}

void TaskIndex::closed(const Batch& batch) {
  if (!used_ || batch.count == 0) return;
  const auto found = at(number(batch.first));
  if (found == entries_.end() || found->batch != &batch) return;
  found->batch = nullptr;
  if (++closed_ <= 64 || closed_ < entries_.size() / 2) return;
  std::erase_if(entries_, [](const Entry& entry) { return entry.batch == nullptr; });
  closed_ = 0;
}

void FailedTasks::add(TaskId first, std::uint64_t count) {
  if (count == 0) return;
  std::uint64_t begin = number(first);
  std::uint64_t end = begin + count;
  // Batches are closed in any order: what touches becomes one.
  auto next = ends_.lower_bound(begin);
  if (next != ends_.begin() && std::prev(next)->second == begin) {
    begin = std::prev(next)->first;
    ends_.erase(std::prev(next));
  }
  if (next != ends_.end() && next->first == end) {
    end = next->second;
    ends_.erase(next);
  }
  ends_[begin] = end;
}

bool FailedTasks::contains(TaskId task) const {
  const auto after = ends_.upper_bound(number(task));
  return after != ends_.begin() && number(task) < std::prev(after)->second;
}

}  // namespace farm::hub
