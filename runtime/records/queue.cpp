#include "records/queue.hpp"

#include <cstring>

#include "time/wait.hpp"

namespace farm::records {

void Queue::push(Entry entry, std::span<const std::byte> one, std::span<const std::byte> two) {
  entry.size = one.size() + two.size();
  const std::size_t room = sizeof entry + padded(entry.size);
  std::unique_lock lock(mutex_);
  ++pushed_;
  // One entry alone may be larger than the limit.
  if (waiting_.size() != 0 && waiting_.size() + room > limit_) {
    filled_.notify_one();
    emptied_.wait(lock, [&] { return failing_ || waiting_.size() == 0; });
    if (waiting_.size() != 0) {
      ++lost_;
      return;
    }
  }
  const bool little = waiting_.size() < much;
  std::byte* at = waiting_.extend(room);
  std::memcpy(at, &entry, sizeof entry);
  if (!one.empty()) std::memcpy(at + sizeof entry, one.data(), one.size());
  if (!two.empty()) std::memcpy(at + sizeof entry + one.size(), two.data(), two.size());
  if (little && waiting_.size() >= much) filled_.notify_one();
}

bool Queue::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t all = pushed_;
  wanted_ = true;
  filled_.notify_one();
  emptied_.wait(lock, [&] { return committed_ >= all || failing_ || closed_; });
  return committed_ >= all && lost_ == 0;
}

void Queue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  filled_.notify_one();
}

bool Queue::closed() {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::uint64_t Queue::lost() {
  const std::lock_guard lock(mutex_);
  return lost_;
}

bool Queue::take(Buffer& into, std::int64_t pace_ns) {
  std::unique_lock lock(mutex_);
  time::wait(filled_, lock, pace_ns,
             [&] { return closed_ || wanted_ || (!failing_ && waiting_.size() >= much); });
  wanted_ = false;
  if (into.size() < limit_) {
    if (into.size() == 0) {
      std::swap(into, waiting_);
    } else {
      into.append(waiting_.data(), waiting_.size());
      waiting_.clear();
    }
    taken_ = pushed_;
    emptied_.notify_all();
  }
  return !closed_ || into.size() != 0;
}

void Queue::committed() {
  const std::lock_guard lock(mutex_);
  committed_ = taken_;
  failing_ = false;
  emptied_.notify_all();
}

void Queue::failed() {
  const std::lock_guard lock(mutex_);
  failing_ = true;
  emptied_.notify_all();
}

}  // namespace farm::records
