#include "farm_app/mandelbrot/run.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace app {

namespace {

/// Engine and start of a chunk, to its computing time.
using Chunks = std::map<std::pair<std::int32_t, std::int64_t>, double>;

Chunks chunks_of(const FarmedRun& run) {
  Chunks chunks;
  for (const TileTime& tile : run.tiles) chunks[{tile.engine, tile.started}] += tile.seconds;
  return chunks;
}

}  // namespace

std::vector<Sample> pixel_times(const FarmedRun& run) {
  std::vector<Sample> samples;
  samples.reserve(run.tiles.size());
  for (const TileTime& tile : run.tiles) {
    samples.push_back({tile.seconds / tile.pixels, static_cast<double>(tile.pixels)});
  }
  return samples;
}

std::vector<Sample> task_times(const FarmedRun& run) {
  std::vector<Sample> samples;
  samples.reserve(run.tiles.size());
  for (const TileTime& tile : run.tiles) samples.push_back({tile.seconds});
  return samples;
}

std::vector<Sample> chunk_times(const FarmedRun& run) {
  std::vector<Sample> samples;
  for (const auto& [chunk, seconds] : chunks_of(run)) samples.push_back({seconds});
  return samples;
}

std::vector<EngineLoad> engine_loads(const FarmedRun& run, std::vector<EngineLoad> engines) {
  std::map<int, EngineLoad*> by_rank;
  for (EngineLoad& engine : engines) by_rank[engine.rank] = &engine;
  for (const TileTime& tile : run.tiles) {
    EngineLoad& engine = *by_rank.at(tile.engine);
    engine.tasks += 1;
    engine.busy += tile.seconds;
  }
  for (const auto& [chunk, seconds] : chunks_of(run)) by_rank.at(chunk.first)->chunks += 1;
  return engines;
}

std::vector<double> busy_times(const std::vector<EngineLoad>& engines) {
  std::vector<double> busy(engines.size());
  std::transform(engines.begin(), engines.end(), busy.begin(),
                 [](const EngineLoad& engine) { return engine.busy; });
  return busy;
}

double total_seconds(const FarmedRun& run) {
  double total = 0;
  for (const TileTime& tile : run.tiles) total += tile.seconds;
  return total;
}

}  // namespace app
