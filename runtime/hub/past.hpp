#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "hub/batch.hpp"

namespace farm::hub {

/// Batches that are over and that nobody has a handle of any more, with what is known of them: the
/// records of a run that keeps no journal. Bounded in number and in bytes; when it is full, the
/// oldest fifth goes.
class Past {
 public:
  struct Limits {
    std::size_t count = 1024;
    std::size_t bytes = std::size_t{64} << 20;
  };

  Past() = default;
  explicit Past(Limits limits) : limits_(limits) {}

  void add(std::unique_ptr<Batch> batch);
  /// The batch of a task; null if it is not there (any more).
  Batch* find(TaskId task) const;
  /// Forgets those of which the predicate is true; returns how many tasks they were.
  std::uint64_t drop(const std::function<bool(Batch&)>& which);

  std::size_t size() const { return batches_.size(); }
  std::size_t bytes() const { return bytes_; }
  const std::deque<std::unique_ptr<Batch>>& batches() const { return batches_; }

 private:
  static std::size_t bytes_of(const Batch& batch);
  void cull(std::size_t count, std::size_t bytes);

  Limits limits_;
  std::deque<std::unique_ptr<Batch>> batches_;  // in the order in which they were closed
  std::size_t bytes_ = 0;
};

}  // namespace farm::hub
