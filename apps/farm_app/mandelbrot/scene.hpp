#pragma once
// What is to be seen: a part of the complex plane in a number of pixels.

#include <cstddef>
#include <cstdint>

namespace app {

/// Travels to each engine once, as the common argument of all tiles.
struct Scene {
  std::int32_t width = 1200;
  std::int32_t height = 800;
  std::int32_t iterations = 1000;
  double centre_x = -0.6;
  double centre_y = 0;
  /// At 1 the picture is 2.4 high in the complex plane, which holds the whole set.
  double zoom = 1;

  /// The distance of two neighbouring pixels in the complex plane.
  double spacing() const { return 2.4 / zoom / height; }
  std::size_t pixels() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
};

/// The value of a point that did not escape.
inline constexpr float inside = -1;

/// How many iterations z <- z^2 + c takes to escape, made continuous so that the colours have no
/// steps: n + 1 - log2(log2 |z|), never negative; `inside` if it does not escape within
/// `iterations`. There is no shortcut for the inside of the large bulbs: their cost is the
/// imbalance that this program is about.
float escape_time(double x, double y, int iterations);

/// escape_time at a pixel's centre; column 0, row 0 is the upper left pixel. It depends on nothing
/// but its arguments, so that every decomposition gives the same picture to the last bit.
float pixel_value(const Scene& scene, int column, int row);

/// Whether neighbouring pixels still differ in double precision.
bool resolvable(const Scene& scene);

}  // namespace app
