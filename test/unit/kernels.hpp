#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "farm/kernel.hpp"

/// What the tests farm out.
namespace unit {

inline int square(int x) {
  const auto any = static_cast<unsigned>(x);  // a damaged frame may bring any number
  return static_cast<int>(any * any);
}
inline std::string repeat(int n) { return std::string(static_cast<std::size_t>(n % 50), 'a'); }
inline int odd_fails(int x) {
  if (x % 2 != 0) throw std::runtime_error("odd: " + std::to_string(x));
  return x;
}
inline std::string odd_fails_in_words(int x) { return std::to_string(odd_fails(x)); }
inline void nothing(int) {}
inline int where(farm::Engine& here, int) { return here.id().rank(); }
inline int plus(const std::vector<int>& common, int x) { return common.at(0) + x; }
inline bool is_even(int x) { return x % 2 == 0; }
inline int fails_on(farm::Engine& here, int rank) {
  if (here.id().rank() == rank) throw std::runtime_error("not on this one");
  return rank;
}

/// Kernels that wait until the test lets them go; for engines in threads of their own.
struct Gate {
  static inline std::atomic<bool> open{true};
  static inline std::atomic<int> waiting{0};

  Gate() { open = false; }
  ~Gate() { open = true; }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  static int pass(int x) {
    ++waiting;
    while (!open) std::this_thread::sleep_for(std::chrono::microseconds(100));
    --waiting;
    return x;
  }
};

}  // namespace unit
