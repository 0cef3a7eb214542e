#include "farm_app/run/host_memory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iomanip>
#include <limits>
#include <sstream>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

constexpr double long_wait = 10;

std::uint64_t meminfo(const std::string& name) {
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == name && file >> kibibytes) return kibibytes * 1024;
  }
  return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

std::uint64_t total_bytes() { return meminfo("MemTotal:"); }

std::uint64_t available_bytes() { return meminfo("MemAvailable:"); }

std::string size_text(std::uint64_t bytes) {
  std::ostringstream text;
  constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto amount = static_cast<double>(bytes);
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  text << std::setprecision(4) << amount << ' ' << units[unit];
  return text.str();
}

std::vector<std::size_t> large_enough(const std::vector<std::uint64_t>& totals,
                                      std::uint64_t wanted, const std::string& option) {
  std::vector<std::size_t> large;
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (totals[i] >= wanted) large.push_back(i);
    most = std::max(most, totals[i]);
  }
  if (large.empty()) {
    throw UsageError(option + ' ' + size_text(wanted) +
                     ": no host has so much memory; the largest has " + size_text(most));
  }
  return large;
}

bool MemoryWait::over(std::uint64_t available, std::uint64_t wanted, double time,
                      std::string& news) {
  if (available >= wanted) {
    begin_ = -1;
    return true;
  }
  if (begin_ < 0) begin_ = time;
  if (said_ || time - begin_ < long_wait) return false;
  said_ = true;
  news = who_ + " waits for memory (--memfree): " + size_text(available) + " of " +
         size_text(wanted) + " are available\n";
  return false;
}

}  // namespace app
