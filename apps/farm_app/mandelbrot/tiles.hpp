#pragma once
// How a picture is cut into tasks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/mandelbrot/scene.hpp"

namespace app {

/// Rows: `block` whole rows; blocks: squares of block x block; pixels: runs of `block` neighbours
/// in a row. What remains at the right and lower edges makes smaller tiles.
enum class Split { rows, blocks, pixels };

/// Throws UsageError, naming the known ones.
Split split_named(const std::string& name);

/// The block that suits a split if nobody says otherwise: 1 row, 64 x 64, 1 pixel.
int default_block(Split split);

/// "row", "3 rows", "block of 64 x 64", "pixel", "run of 8 pixels": what one task is.
std::string tile_name(Split split, int block);

/// One task: a rectangle of pixels.
struct Tile {
  std::int32_t x;
  std::int32_t y;
  std::int32_t width;
  std::int32_t height;

  std::size_t pixels() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  friend bool operator==(const Tile&, const Tile&) = default;
};

/// How many tiles decompose() will make.
std::size_t tile_count(const Scene& scene, Split split, int block);

/// Tiles that cover each pixel of the scene once, row by row. `block` is positive.
std::vector<Tile> decompose(const Scene& scene, Split split, int block);

}  // namespace app
