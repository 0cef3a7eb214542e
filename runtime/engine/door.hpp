#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace farm::engine {

/// Says which of an engine's two threads may touch the transport and what belongs to the server:
/// the one that serves; or, while it is inside a kernel and has left the door open, the listener.
/// A kernel costs the serving thread one store and one exchange.
class Door {
 public:
  // For the thread that serves, which begins with the door shut.

  /// The kernel of this number runs, which is greater than 0.
  void open(std::uint64_t kernel) {
    kernel_ = kernel;
    state_.store(kernel << 2 | ajar, std::memory_order_release);
  }
  /// Waits for the listener if it is inside, which is never longer than a look takes.
  void shut() {
    std::uint64_t expected = kernel_ << 2 | ajar;
    while (!state_.compare_exchange_weak(expected, 0, std::memory_order_acquire)) {
      if (expected != (kernel_ << 2 | ajar)) std::this_thread::yield();
      expected = kernel_ << 2 | ajar;
    }
  }

  // For the listener.

  /// The kernel that runs with the door open; 0: none.
  std::uint64_t kernel() const { return state_.load(std::memory_order_relaxed) >> 2; }
  /// Goes inside if this kernel runs still, which then does not end before leave().
  bool enter(std::uint64_t kernel) {
    std::uint64_t expected = kernel << 2 | ajar;
    return state_.compare_exchange_strong(expected, kernel << 2 | inside,
                                          std::memory_order_acquire);
  }
  void leave(std::uint64_t kernel) { state_.store(kernel << 2 | ajar, std::memory_order_release); }

 private:
  enum State : std::uint64_t { ajar = 1, inside = 2 };  // 0: shut

  std::atomic<std::uint64_t> state_{0};
  std::uint64_t kernel_ = 0;  // the serving thread's
};

}  // namespace farm::engine
