#include "hub/timeouts.hpp"

namespace farm::hub {

std::optional<Timeouts::Entry> Timeouts::take_due(std::int64_t now,
                                                  const std::function<bool(const Entry&)>& over) {
  for (auto at = queues_.begin(); at != queues_.end();) {
    std::deque<Entry>& queue = at->second;
    while (!queue.empty() && over(queue.front())) queue.pop_front();
    if (queue.empty()) {
      at = queues_.erase(at);
      continue;
    }
    if (queue.front().deadline <= now) {
      const Entry due = queue.front();
      queue.pop_front();
      return due;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace farm::hub
