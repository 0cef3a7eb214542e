#pragma once
// What farm_app tenacity has survived.

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "farm_app/tenacity/fate.hpp"

namespace app {

struct FateCount {
  std::uint64_t tasks = 0;
  std::uint64_t right = 0;
  std::uint64_t attempts = 0;  ///< of those that were right
};

struct TenacityReport {
  std::array<FateCount, all_fates.size()> fates;
  std::vector<std::string> failures;  ///< the first few, as sentences
  std::size_t engines = 0;            ///< at the start
  std::size_t engines_left = 0;
  std::size_t doomed = 0;  ///< to be killed or frozen
  double seconds = 0;

  FateCount& of(Fate fate) { return fates.at(static_cast<std::size_t>(fate)); }
  FateCount total() const;
  bool all_right() const { return total().right == total().tasks; }
};

void print_report(std::ostream& out, const TenacityReport& report);

}  // namespace app
