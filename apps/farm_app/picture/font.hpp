#pragma once
// Letters for the axes of a chart: a small bitmap font, so that a picture needs no font library.

#include <string_view>

#include "farm_app/picture/picture.hpp"

namespace app {

inline constexpr int glyph_width = 5;
inline constexpr int glyph_height = 7;

/// Pixels from the left edge of the first letter to the right edge of the last.
int text_width(std::string_view text, int scale);

/// Draws `text` with its upper left corner at (x, y); each dot of a letter is scale x scale pixels.
/// Digits, letters (all in lower case), blanks and .,:%-+/()= are known, anything else is a box.
void draw_text(Picture& picture, int x, int y, std::string_view text, int scale, Colour colour);

}  // namespace app
