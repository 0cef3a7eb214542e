#pragma once
// The options of farm_app tenacity, read and checked.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm_app/tenacity/fate.hpp"

namespace app {

struct TenacitySettings {
  std::uint64_t tasks = 2000;
  std::uint64_t seed = 1;
  Odds odds;
  std::size_t kills = 0;
  std::size_t freezes = 0;
  bool kill_hub = false;
  double seconds = 0.01;          ///< mean time of a task
  double limit = 0.5;             ///< a task that runs longer hangs
  std::uint64_t input_bytes = 0;  ///< of a task
  std::uint64_t output_bytes = 0;
  bool sandbox = true;
  std::string log;
};

/// Reads the words behind "tenacity". Nothing after --help, which has then been printed. Throws
/// UsageError, also where tasks shall crash or hang that have no sandbox.
std::optional<TenacitySettings> read_tenacity_settings(const std::vector<std::string>& words);

/// Throws UsageError unless one of `engines` engines (that are processes of their own, or not) is
/// left after all that is asked for.
void check_engines(const TenacitySettings& settings, std::size_t engines);

}  // namespace app
