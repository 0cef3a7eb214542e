#pragma once

#include <chrono>
#include <thread>

namespace app {

/// Seconds by a clock that never jumps, from some moment on.
inline double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds since 1970 by this host's clock.
inline double civil_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Not for the wait for a message, which would have to wait for the end of this.
inline void sleep_seconds(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace app
