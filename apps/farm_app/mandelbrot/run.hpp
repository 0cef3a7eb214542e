#pragma once
// What is known after a farmed picture, and what follows from it. Pure: no farm is needed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/numbers/statistics.hpp"

namespace app {

/// How one tile was computed.
struct TileTime {
  double seconds = 0;  ///< the computing alone, measured by the kernel
  std::uint32_t pixels = 0;
  std::int32_t engine = 0;   ///< its rank
  std::int64_t started = 0;  ///< of its chunk; with `engine` it tells one chunk from another
};

struct FarmedRun {
  std::vector<float> values;    ///< escape times, row by row
  std::vector<TileTime> tiles;  ///< in the order of decompose()
  double seconds = 0;           ///< from the first submission to the last value in its place
};

/// What one engine did.
struct EngineLoad {
  int rank = 0;
  std::string host;
  std::size_t tasks = 0;
  std::size_t chunks = 0;
  double busy = 0;  ///< seconds of computing
};

/// Seconds per pixel: each tile's mean, which counts for its pixels.
std::vector<Sample> pixel_times(const FarmedRun& run);

/// Seconds per task (one tile).
std::vector<Sample> task_times(const FarmedRun& run);

/// Seconds of computing per chunk (the tasks that travelled in one message).
std::vector<Sample> chunk_times(const FarmedRun& run);

/// Adds the run to `engines`, which come with rank and host (an engine without work counts too).
std::vector<EngineLoad> engine_loads(const FarmedRun& run, std::vector<EngineLoad> engines);

/// The busy seconds alone.
std::vector<double> busy_times(const std::vector<EngineLoad>& engines);

/// The computing time of all tiles together: an estimate of T1.
double total_seconds(const FarmedRun& run);

}  // namespace app
