#pragma once
// The one piece of code that computes pixels: the engines run it as a kernel, rank 0 for the
// serial picture.

#include <boost/serialization/vector.hpp>
#include <vector>

#include "farm_app/mandelbrot/scene.hpp"
#include "farm_app/mandelbrot/tiles.hpp"

namespace app {

struct TileResult {
  /// escape_time of each pixel of the tile, row by row.
  std::vector<float> values;
  /// How long they took, by the clock on the wall: all pixels together, so that reading the clock
  /// does not become part of what is measured.
  double seconds = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& values& seconds;
  }
};

TileResult compute_tile(const Scene& scene, const Tile& tile);

/// Copies the values of a tile to their places in the picture.
void place(const Scene& scene, const Tile& tile, const std::vector<float>& values,
           std::vector<float>& picture);

/// A whole picture of values, computed tile by tile here and now.
struct SerialRun {
  std::vector<float> values;
  double seconds;  ///< the whole run by the clock on the wall
};
SerialRun compute_serially(const Scene& scene);

}  // namespace app
