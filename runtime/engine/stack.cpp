#include "engine/stack.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstdint>

namespace farm::engine {

namespace {

constexpr std::size_t guessed_size = std::size_t{1} << 20;
constexpr std::size_t most_needed = std::size_t{1} << 20;

std::uintptr_t here() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

struct Stack {
  std::uintptr_t end;  // its lowest address: stacks grow down on all that MPI runs on
  std::size_t size;
};

Stack stack_of_this_thread() {
  Stack stack{here() - guessed_size, guessed_size};
#ifdef __GLIBC__
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return stack;
  void* end = nullptr;
  std::size_t size = 0;
  if (pthread_attr_getstack(&attributes, &end, &size) == 0 && size != 0) {
    stack = {reinterpret_cast<std::uintptr_t>(end), size};
  }
  pthread_attr_destroy(&attributes);
#endif
  return stack;
}

// Asked once: for a main thread it reads a file.
const Stack& stack() {
  thread_local const Stack stack = stack_of_this_thread();
  return stack;
}

}  // namespace

std::size_t stack_left() {
  const std::uintptr_t at = here();
  return at > stack().end ? at - stack().end : 0;
}

std::size_t stack_needed() { return std::min(most_needed, stack().size / 4); }

}  // namespace farm::engine
