#pragma once
// A picture in memory: rows of red, green, blue bytes.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace app {

struct Colour {
  std::uint8_t red;
  std::uint8_t green;
  std::uint8_t blue;

  friend bool operator==(const Colour&, const Colour&) = default;
};

/// Where a rectangle of pixels begins and how far it reaches.
struct Rectangle {
  int x;
  int y;
  int width;
  int height;
};

class Picture {
 public:
  Picture(int width, int height, Colour background = {0, 0, 0})
      : width_(width),
        height_(height),
        pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), background) {}

  int width() const { return width_; }
  int height() const { return height_; }

  /// Row by row from the top, without gaps.
  const std::vector<Colour>& pixels() const { return pixels_; }
  std::vector<Colour>& pixels() { return pixels_; }

  Colour at(int x, int y) const { return pixels_[place(x, y)]; }

  /// What lies outside the picture is not drawn.
  void set(int x, int y, Colour colour) {
    if (x >= 0 && y >= 0 && x < width_ && y < height_) pixels_[place(x, y)] = colour;
  }

  void fill(const Rectangle& area, Colour colour) {
    for (int y = area.y; y < area.y + area.height; ++y) {
      for (int x = area.x; x < area.x + area.width; ++x) set(x, y, colour);
    }
  }

 private:
  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }

  int width_;
  int height_;
  std::vector<Colour> pixels_;
};

static_assert(sizeof(Colour) == 3, "libpng reads the pixels as they lie in memory");

}  // namespace app
