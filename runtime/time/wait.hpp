#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace farm::time {

/// Waits under the lock until `done()` or until so many ns have passed; returns done().
template <class Done>
bool wait(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, std::int64_t ns,
          const Done& done) {
  return changed.wait_for(lock, std::chrono::nanoseconds(ns), done);
}

/// Sleep that another thread can end.
class Alarm {
 public:
  /// Sleeps for so many ns. Returns whether ring() was called, at any time before.
  bool sleep(std::int64_t ns) {
    std::unique_lock lock(mutex_);
    return wait(rung_now_, lock, ns, [this] { return rung_; });
  }
  void ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    rung_now_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable rung_now_;
  bool rung_ = false;
};

}  // namespace farm::time
