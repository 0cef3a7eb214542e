#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "farm/types.hpp"

namespace farm::engine {

/// Which other engines are known to be dead. One thread adds what the side channel says; those that
/// wait for other engines look. Nobody comes back.
class Deaths {
 public:
  /// Any thread may call this.
  void add(EngineId engine) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(dead_, engine) != dead_.end()) return;
    dead_.push_back(engine);
    count_.store(dead_.size(), std::memory_order_release);
  }

  /// How many there are: one atomic load, so that it can be asked in every round of a wait.
  std::size_t count() const { return count_.load(std::memory_order_acquire); }

  bool has(EngineId engine) const { return first_of(std::span(&engine, 1)).has_value(); }

  /// The one of these that died first, if any did.
  std::optional<EngineId> first_of(std::span<const EngineId> engines) const {
    if (count() == 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_first_of(dead_, engines);
    if (found == dead_.end()) return std::nullopt;
    return *found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<EngineId> dead_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace farm::engine
