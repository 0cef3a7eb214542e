#pragma once

#include <cstddef>

namespace farm::engine {

/// Bytes that the calling thread's stack can still grow; where the system does not say how large it
/// is, a cautious guess.
std::size_t stack_left();
/// Bytes that must be left before another task begins on top of one that waits.
std::size_t stack_needed();

}  // namespace farm::engine
