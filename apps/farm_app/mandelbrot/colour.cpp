#include "farm_app/mandelbrot/colour.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "farm_app/mandelbrot/scene.hpp"

namespace app {

namespace {

struct Stop {
  double at;
  double red;
  double green;
  double blue;
};

// Chosen by eye. The last stop is the first again, one cycle later.
constexpr std::array stops{
    Stop{0.00, 8, 14, 66},    Stop{0.18, 30, 98, 190}, Stop{0.40, 232, 248, 252},
    Stop{0.60, 250, 178, 44}, Stop{0.82, 92, 22, 34},  Stop{1.00, 8, 14, 66},
};

std::uint8_t mixed(double from, double to, double share) {
  return static_cast<std::uint8_t>(std::lround(from + (to - from) * share));
}

Colour colour_at(double place) {
  std::size_t next = 1;
  while (next + 1 < stops.size() && stops[next].at < place) ++next;
  const Stop& from = stops[next - 1];
  const Stop& to = stops[next];
  const double linear = std::clamp((place - from.at) / (to.at - from.at), 0.0, 1.0);
  // Without a bend at the stops: the eye sees a bend as an edge.
  const double share = linear * linear * (3 - 2 * linear);
  return {mixed(from.red, to.red, share), mixed(from.green, to.green, share),
          mixed(from.blue, to.blue, share)};
}

// One table: a picture has millions of pixels and the eye tells fewer than these steps apart.
constexpr std::size_t steps = 4096;

std::array<Colour, steps> make_table() {
  std::array<Colour, steps> table;
  for (std::size_t i = 0; i < steps; ++i) {
    table[i] = colour_at(static_cast<double>(i) / static_cast<double>(steps));
  }
  return table;
}

}  // namespace

Colour colour_of(float value) {
  if (value < 0) return {0, 0, 0};
  static const std::array<Colour, steps> table = make_table();
  // Night where the plane is empty; the light is near the set.
  const double cycles = 0.28 * std::log2(1 + static_cast<double>(value)) - 0.4;
  const double place = cycles - std::floor(cycles);
  return table[std::min(static_cast<std::size_t>(place * static_cast<double>(steps)), steps - 1)];
}

Picture paint(const std::vector<float>& values, int width, int height) {
  Picture picture(width, height);
  std::transform(values.begin(), values.end(), picture.pixels().begin(), colour_of);
  return picture;
}

}  // namespace app
