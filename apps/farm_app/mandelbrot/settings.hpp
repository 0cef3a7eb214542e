#pragma once
// The options of farm_app mandelbrot, read and checked. Nothing here computes.

#include <cstdint>
#include <farm/options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "farm_app/mandelbrot/scene.hpp"
#include "farm_app/mandelbrot/tiles.hpp"

namespace app {

/// Nothing stands for "automatic".
using Count = std::optional<std::int64_t>;

enum class Schedule { fixed, dynamic };

/// Whether to compute the picture serially as well, for T1 and to compare the pixels.
enum class Check { small_pictures, always, never };

/// With Check::small_pictures, the largest picture that is computed serially.
inline constexpr std::size_t small_picture = std::size_t{1} << 20;

struct Settings {
  Scene scene;
  Split split = Split::rows;
  int block = 1;
  Schedule schedule = Schedule::dynamic;
  std::optional<farm::Chunk> chunk;
  bool every_scheme = false;  ///< --chunk all: one picture after the other, and a table
  Count hwm;
  Check check = Check::small_pictures;
  std::string output = "mandelbrot.png";
  std::string histogram;  ///< empty: none

  bool checks() const {
    return check == Check::always ||
           (check == Check::small_pictures && scene.pixels() <= small_picture);
  }
};

/// Reads the words behind "mandelbrot". Nothing after --help, which has then been printed. Throws
/// UsageError.
std::optional<Settings> read_settings(const std::vector<std::string>& words);

}  // namespace app
