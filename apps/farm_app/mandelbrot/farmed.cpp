#include "farm_app/mandelbrot/farmed.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "farm_app/mandelbrot/compute.hpp"

namespace app {

namespace {

farm::CountOrAutomatic as_option(const Count& count) {
  if (!count) return farm::automatic;
  return *count;
}

farm::LoadBalancedView scheduled(farm::Client& client, const Settings& settings,
                                 std::size_t tiles) {
  const auto view = client.load_balanced();
  if (settings.schedule == Schedule::dynamic) {
    return view.with(
        {.chunk = settings.chunk.value_or(farm::automatic), .hwm = as_option(settings.hwm)});
  }
  // One share of neighbouring tiles for each engine, as OpenMP's schedule(static) cuts a loop.
  const auto engines = static_cast<std::int64_t>(client.size());
  const std::int64_t share = (static_cast<std::int64_t>(tiles) + engines - 1) / engines;
  return view.with({.chunk = settings.chunk.value_or(share), .hwm = 0});
}

TileTime time_of(const Tile& tile, const TileResult& result, const farm::TaskInfo& info) {
  return {result.seconds, static_cast<std::uint32_t>(tile.pixels()), info.engine.rank(),
          info.started.value_or(farm::Time{}).time_since_epoch().count()};
}

}  // namespace

FarmedRun compute_farmed(farm::Client& client, const Settings& settings) {
  const Scene& scene = settings.scene;
  const std::vector<Tile> tiles = decompose(scene, settings.split, settings.block);
  FarmedRun run{std::vector<float>(scene.pixels()), std::vector<TileTime>(tiles.size()), 0};
  const auto view = scheduled(client, settings, tiles.size());

  const auto start = std::chrono::steady_clock::now();
  auto handle = view.map(farm::bind(farm::kernel<&compute_tile>, scene), tiles);
  if (::isatty(STDERR_FILENO) != 0) handle.wait_interactive();
  for (const auto& outcome : handle.as_completed()) {
    const std::size_t i = outcome.index();
    const TileResult& result = outcome.value();
    place(scene, tiles[i], result.values, run.values);
    run.tiles[i] = time_of(tiles[i], result, outcome.info());
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return run;
}

}  // namespace app
