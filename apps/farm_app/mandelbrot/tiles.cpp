#include "farm_app/mandelbrot/tiles.hpp"

#include <algorithm>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

struct Shape {
  std::int32_t width;
  std::int32_t height;
};

Shape shape_of(const Scene& scene, Split split, int block) {
  const std::int32_t wide = std::min(block, scene.width);
  const std::int32_t high = std::min(block, scene.height);
  if (split == Split::rows) return {scene.width, high};
  if (split == Split::blocks) return {wide, high};
  return {wide, 1};
}

std::size_t rounded_up(std::int32_t whole, std::int32_t part) {
  return (static_cast<std::size_t>(whole) + static_cast<std::size_t>(part) - 1) /
         static_cast<std::size_t>(part);
}

}  // namespace

Split split_named(const std::string& name) {
  if (name == "rows") return Split::rows;
  if (name == "blocks") return Split::blocks;
  if (name == "pixels") return Split::pixels;
  throw UsageError("--split " + name + ": known are rows, blocks and pixels");
}

int default_block(Split split) { return split == Split::blocks ? 64 : 1; }

std::string tile_name(Split split, int block) {
  const std::string number = std::to_string(block);
  if (split == Split::rows) return block == 1 ? "row" : "band of " + number + " rows";
  if (split == Split::blocks) return "block of " + number + " x " + number + " pixels";
  return block == 1 ? "pixel" : "run of " + number + " pixels";
}

std::size_t tile_count(const Scene& scene, Split split, int block) {
  const Shape shape = shape_of(scene, split, block);
  return rounded_up(scene.width, shape.width) * rounded_up(scene.height, shape.height);
}

std::vector<Tile> decompose(const Scene& scene, Split split, int block) {
  const Shape shape = shape_of(scene, split, block);
  std::vector<Tile> tiles;
  tiles.reserve(tile_count(scene, split, block));
  for (std::int32_t y = 0; y < scene.height; y += shape.height) {
    for (std::int32_t x = 0; x < scene.width; x += shape.width) {
      tiles.push_back(
          {x, y, std::min(shape.width, scene.width - x), std::min(shape.height, scene.height - y)});
    }
  }
  return tiles;
}

}  // namespace app
