#include "process/turn.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace farm::process {

namespace {

// Not private: the word is known to several processes.
void sleep_on(std::atomic<std::uint32_t>& word, std::uint32_t value, std::int64_t ns) {
  const timespec limit{static_cast<time_t>(ns / 1'000'000'000),
                       static_cast<long>(ns % 1'000'000'000)};
  syscall(SYS_futex, &word, FUTEX_WAIT, value, ns < 0 ? nullptr : &limit, nullptr, 0);
}

void wake(std::atomic<std::uint32_t>& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

void Turn::set(State state) {
  const std::uint32_t old =
      word_.exchange(static_cast<std::uint32_t>(state), std::memory_order_acq_rel);
  if ((old & somebody_sleeps) != 0) wake(word_);
}

bool Turn::change(State from, State to) {
  std::uint32_t old = word_.load(std::memory_order_relaxed);
  do {
    if (state_in(old) != from) return false;
  } while (
      !word_.compare_exchange_weak(old, static_cast<std::uint32_t>(to), std::memory_order_acq_rel));
  if ((old & somebody_sleeps) != 0) wake(word_);
  return true;
}

bool Turn::await_change(State state, int looks, std::int64_t ns) {
  for (int look = 0; look < looks; ++look) {
    if (this->state() != state) return true;
    relax();
  }
  std::uint32_t word = word_.load(std::memory_order_acquire);
  while (state_in(word) == state) {
    const std::uint32_t asleep = word | somebody_sleeps;
    if (word != asleep && !word_.compare_exchange_weak(word, asleep, std::memory_order_acq_rel)) {
      continue;
    }
    sleep_on(word_, asleep, ns);
    word = word_.load(std::memory_order_acquire);
    if (ns >= 0) break;
  }
  return state_in(word) != state;
}

}  // namespace farm::process
