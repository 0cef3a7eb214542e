#pragma once

#include <atomic>
#include <cstdint>

namespace farm::process {

/// Who is to act next: a word in memory that processes share. One of them waits for it to change,
/// another one changes it. A change costs a system call only if somebody sleeps on it.
class Turn {
 public:
  enum class State : std::uint32_t {
    empty,     ///< there is no child, or it has died
    starting,  ///< one was asked for
    ready,     ///< it waits for a request
    request,   ///< it works on one
  };

  State state() const { return state_in(word_.load(std::memory_order_acquire)); }
  void set(State state);
  /// Sets it to `to` if it is `from`; returns whether it was.
  bool change(State from, State to);
  /// Waits while it is `state`: looks so many times, and then sleeps for at most so many ns; for
  /// ever if ns < 0. Returns whether it has changed; may return too soon.
  bool await_change(State state, int looks, std::int64_t ns);

 private:
  static constexpr std::uint32_t somebody_sleeps = std::uint32_t{1} << 31;

  static State state_in(std::uint32_t word) { return State(word & ~somebody_sleeps); }

  std::atomic<std::uint32_t> word_{0};
};

}  // namespace farm::process
