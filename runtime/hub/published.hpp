#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "farm/detail/spoken.hpp"
#include "farm/task_progress.hpp"
#include "farm/types.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

/// The last values that tasks have published, until nobody can ask for them any more. When there is
/// too much, the oldest tasks' go first.
class Published {
 public:
  explicit Published(std::uint64_t most_bytes = std::uint64_t{64} << 20)
      : most_bytes_(most_bytes) {}

  bool any() const { return !items_.empty(); }

  void add(const wire::Publish& header, std::span<const std::byte> body);

  /// The value under this name.
  detail::PublishedValue value(TaskId task, std::string_view name) const;
  /// What the task has said of its progress; null: nothing.
  const TaskProgress* progress(TaskId task) const;
  /// How often the task has published, all attempts together.
  std::uint64_t version(TaskId task) const;
  /// Calls `f(task, fraction)` for the tasks in [first, first + count) that have said something of
  /// their progress.
  template <class F>
  void each_fraction(TaskId first, std::uint64_t count, F&& f) const {
    const TaskId end{number(first) + count};
    for (auto at = items_.lower_bound(first); at != items_.end() && at->first < end; ++at) {
      if (at->second.has_progress) f(at->first, at->second.progress.fraction);
    }
  }
  /// Nobody will ask for these any more.
  void forget(TaskId first, std::uint64_t count);

 private:
  struct Value {
    std::uint64_t version = 0;
    std::uint64_t type = 0;
    Bytes bytes;
  };
  struct Item {
    std::uint16_t attempt = 0;
    std::uint64_t before = 0;   // published in earlier attempts
    std::uint64_t version = 0;  // and in this one
    bool has_progress = false;
    TaskProgress progress;
    std::map<std::string, Value, std::less<>> values;
    std::uint64_t bytes = 0;
  };
  using Items = std::map<TaskId, Item>;

  void erase(Items::iterator item);

  std::uint64_t most_bytes_;
  std::uint64_t bytes_ = 0;
  Items items_;
};

}  // namespace farm::hub
