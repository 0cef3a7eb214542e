#pragma once

#include <chrono>

namespace app {

/// Seconds by a clock that never jumps, from some moment on.
inline double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace app
