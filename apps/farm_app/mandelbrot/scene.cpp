#include "farm_app/mandelbrot/scene.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace app {

float escape_time(double x, double y, int iterations) {
  // Far beyond the 2 that proves the escape: the farther, the smoother the value.
  constexpr double escaped = 256.0 * 256.0;
  double real = 0;
  double imaginary = 0;
  for (int n = 0; n < iterations; ++n) {
    const double real_square = real * real;
    const double imaginary_square = imaginary * imaginary;
    const double norm = real_square + imaginary_square;
    // Not "norm > escaped": a point so far out that it overflows has escaped as well.
    if (!(norm <= escaped)) {
      const double smooth = n + 1 - std::log2(0.5 * std::log2(norm));
      return smooth > 0 ? static_cast<float>(smooth) : 0.0F;
    }
    imaginary = 2 * real * imaginary + y;
    real = real_square - imaginary_square + x;
  }
  return inside;
}

float pixel_value(const Scene& scene, int column, int row) {
  const double x = scene.centre_x + (column + 0.5 - scene.width / 2.0) * scene.spacing();
  const double y = scene.centre_y - (row + 0.5 - scene.height / 2.0) * scene.spacing();
  return escape_time(x, y, scene.iterations);
}

bool resolvable(const Scene& scene) {
  const double farthest = std::max(std::abs(scene.centre_x), std::abs(scene.centre_y));
  return scene.spacing() > 2 * farthest * std::numeric_limits<double>::epsilon();
}

}  // namespace app
