#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "hub/batch.hpp"

namespace farm::hub {

/// Finds the batch of a task. Costs nothing until somebody asks for one by its id, which few do.
class TaskIndex {
 public:
  /// Null if its batch is closed. `batches` are all that are open, by number.
  Batch* find(TaskId task, const std::vector<Batch*>& batches);
  void opened(Batch& batch) {
    if (used_) insert(batch);
  }
  void closed(const Batch& batch);

 private:
  struct Entry {
    std::uint64_t first = 0;
    Batch* batch = nullptr;  // null: closed
  };

  void insert(Batch& batch);
  std::vector<Entry>::iterator at(std::uint64_t id);

  bool used_ = false;
  std::size_t closed_ = 0;
  std::vector<Entry> entries_;  // by first
};

/// Tasks that ended without a value and that nobody has a handle of any more, in memory of the
/// order of the gaps between them.
class FailedTasks {
 public:
  void add(TaskId first, std::uint64_t count);
  bool contains(TaskId task) const;
  std::size_t intervals() const { return ends_.size(); }

 private:
  std::map<std::uint64_t, std::uint64_t> ends_;  // by their first
};

}  // namespace farm::hub
