#pragma once
// The memory of a host, and commands that wait for it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace app {

/// Bytes that this host has, and that programs can have of them without swapping; the largest
/// number if that is not known.
std::uint64_t total_bytes();
std::uint64_t available_bytes();

/// "1.5 GiB"; four digits.
std::string size_text(std::uint64_t bytes);

/// Which of `totals`, the memory of hosts, hold `wanted` bytes: their indices. Throws UsageError,
/// which names `option`, if there are none.
std::vector<std::size_t> large_enough(const std::vector<std::uint64_t>& totals,
                                      std::uint64_t wanted, const std::string& option);

/// Says once, when it has taken long, what a command waits for.
class MemoryWait {
 public:
  explicit MemoryWait(std::string who) : who_(std::move(who)) {}

  /// Whether so many bytes are enough. If not, and that is so for ten seconds, `news` gets a line
  /// for people; only once. `time`: seconds from any moment on.
  bool over(std::uint64_t available, std::uint64_t wanted, double time, std::string& news);

 private:
  std::string who_;
  double begin_ = -1;  // of the waiting
  bool said_ = false;
};

}  // namespace app
