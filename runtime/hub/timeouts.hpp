#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "farm/types.hpp"

namespace farm::hub {

/// Batches that must have started by some time. Batches with one and the same patience run out of
/// it in the order in which they came, so that each is added and taken in constant time.
class Timeouts {
 public:
  /// A batch by its number, which is used again, and its first task, which is not.
  struct Entry {
    std::int64_t deadline = 0;
    std::uint32_t batch = 0;
    TaskId first{};
  };

  void add(std::int64_t patience, const Entry& entry) { queues_[patience].push_back(entry); }
  bool empty() const { return queues_.empty(); }
  /// The next one whose time has come; what `over` says of has ended meanwhile and is dropped.
  std::optional<Entry> take_due(std::int64_t now, const std::function<bool(const Entry&)>& over);

 private:
  std::map<std::int64_t, std::deque<Entry>> queues_;
};

}  // namespace farm::hub
