#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>

#include "farm/error.hpp"
#include "kernels.hpp"

/// Kernels that ask the engine about themselves.
namespace unit {

inline std::atomic<int> runs{0};

/// Tells that it waits at the gate while `step` is called again and again, until the gate is open
/// or step() is false.
inline void hold(const std::function<bool()>& step) {
  struct Count {
    Count() { ++Gate::waiting; }
    ~Count() { --Gate::waiting; }
  } count;
  while (!Gate::open && step()) std::this_thread::sleep_for(std::chrono::microseconds(100));
}

inline int ask_at_gate(farm::Engine& here, int x) {
  hold([&here] { return !here.stop_requested(); });
  return x;
}
inline int check_at_gate(farm::Engine& here, int x) {
  hold([&here] {
    here.check_stop();
    return true;
  });
  return x;
}
inline int return_early(farm::Engine& here, int x) {
  hold([&here] { return !here.stop_requested(); });
  return here.stop_requested() ? -x : x;
}
inline int gives_up(int) { throw farm::Interrupted("no more"); }
inline int gives_up_when_asked(farm::Engine& here, int) {
  hold([&here] { return !here.stop_requested(); });
  throw farm::Interrupted("after 1 of 5");
}
/// One more if a callback of its token ran.
inline int wait_for_token(farm::Engine& here, int x) {
  std::atomic<int> called{0};
  const std::stop_callback callback(here.stop_token(), [&called] { ++called; });
  hold([&called] { return called == 0; });
  return x + called;
}
inline int nap(farm::Engine& here, int ms) {
  ++runs;
  here.sleep_for(std::chrono::milliseconds(ms));
  return ms;
}
inline int take_time(farm::Engine& here, int x) {
  const int naps[] = {0, 10, 100, 3000};
  std::this_thread::sleep_for(std::chrono::microseconds(naps[x % 4]));
  here.stop_requested();
  return x;
}

inline bool is_first(farm::Engine& here) { return here.id().rank() == 1; }
inline bool is_at_least(farm::Engine& here, int least) { return here.id().rank() >= least; }
inline bool cannot_tell() { throw std::runtime_error("cannot tell"); }

inline std::uint64_t task_id(farm::Engine& here, int) { return number(here.task()); }
inline std::uint64_t draw(farm::Engine& here, int) { return here.random()(); }
inline int which_attempt(farm::Engine& here, int) { return here.attempt(); }

}  // namespace unit
