#pragma once
// How much memory this process holds, read so that it says what is in use and not what the
// allocator keeps for later.

#include <malloc.h>

#include <string>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace bench {

/// Bytes resident now, after free pages went back to the system.
inline long resident_bytes() {
  malloc_trim(0);
  long total = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

/// Bytes resident once nothing moves any more: what a thread of the library still does with the
/// last call counts too. Waits for at most two seconds.
inline long settled_resident_bytes() {
  constexpr long still = 64 * 1024;
  long before = resident_bytes();
  for (int look = 0; look < 20; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const long now = resident_bytes();
    if (std::labs(now - before) < still) return now;
    before = now;
  }
  return before;
}

/// Forgets the peak of what this process has held.
inline void reset_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

/// The most that this process has held since then.
inline long peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * 1024;
  }
  return 0;
}

}  // namespace bench
