#include "farm_app/mandelbrot/compute.hpp"

#include <algorithm>
#include <chrono>

namespace app {

namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

TileResult compute_tile(const Scene& scene, const Tile& tile) {
  TileResult result;
  result.values.reserve(tile.pixels());
  const Stopwatch watch;
  for (int row = tile.y; row < tile.y + tile.height; ++row) {
    for (int column = tile.x; column < tile.x + tile.width; ++column) {
      result.values.push_back(pixel_value(scene, column, row));
    }
  }
  result.seconds = watch.seconds();
  return result;
}

void place(const Scene& scene, const Tile& tile, const std::vector<float>& values,
           std::vector<float>& picture) {
  auto from = values.begin();
  for (int row = 0; row < tile.height; ++row, from += tile.width) {
    const auto to = static_cast<std::ptrdiff_t>(tile.y + row) * scene.width + tile.x;
    std::copy_n(from, tile.width, picture.begin() + to);
  }
}

SerialRun compute_serially(const Scene& scene) {
  SerialRun run{std::vector<float>(scene.pixels()), 0};
  const Stopwatch watch;
  for (const Tile& tile : decompose(scene, Split::rows, 1)) {
    place(scene, tile, compute_tile(scene, tile).values, run.values);
  }
  run.seconds = watch.seconds();
  return run;
}

}  // namespace app
