#pragma once
// Which characters beyond ASCII make words. A header only, for the inner loop.

#include <algorithm>
#include <array>
#include <cstdint>

#include "farm_app/utf8.hpp"

namespace app {

/// What a character does to a word. A joiner belongs to a word only between two letters.
enum class Kind : std::uint8_t { separator, letter, joiner };

struct Character {
  Kind kind;
  std::uint8_t length;  ///< in bytes
};

namespace detail {

struct Range {
  char32_t first;
  char32_t last;
};

// The spaces, punctuation and symbols beyond ASCII, ascending. Everything that is not here counts
// as a letter: a list of all letters (and the rules of UAX #29) would need ICU and its tables.
constexpr std::array separators{
    Range{0x0080, 0x00A9}, Range{0x00AB, 0x00B4}, Range{0x00B6, 0x00B9}, Range{0x00BB, 0x00BF},
    Range{0x00D7, 0x00D7}, Range{0x00F7, 0x00F7}, Range{0x060C, 0x060C}, Range{0x061B, 0x061F},
    Range{0x06D4, 0x06D4}, Range{0x0964, 0x0965}, Range{0x1680, 0x1680}, Range{0x2000, 0x206F},
    Range{0x20A0, 0x20CF}, Range{0x2190, 0x2BFF}, Range{0x2E00, 0x2E7F}, Range{0x3000, 0x3004},
    Range{0x3008, 0x303F}, Range{0xFE30, 0xFE4F}, Range{0xFEFF, 0xFEFF}, Range{0xFF00, 0xFF0F},
    Range{0xFF1A, 0xFF20}, Range{0xFF3B, 0xFF40}, Range{0xFF5B, 0xFF65}, Range{0xFFF0, 0xFFFF}};

inline Kind kind_of(char32_t code) {
  // The non-joiner and the joiner of Persian and the Indic scripts, the typographic apostrophe.
  if (code == 0x200C || code == 0x200D || code == 0x2019) return Kind::joiner;
  const auto* range = std::upper_bound(separators.begin(), separators.end(), code,
                                       [](char32_t c, const Range& r) { return c < r.first; });
  const bool separates = range != separators.begin() && code <= (range - 1)->last;
  return separates ? Kind::separator : Kind::letter;
}

}  // namespace detail

/// The character whose first byte, not ASCII, is at `at`, before `end`. A byte that belongs to no
/// valid character is a separator by itself, so that no word holds it.
inline Character wide_character(const char* at, const char* end) {
  const utf8::Character read = utf8::character(at, end);
  return {read.valid() ? detail::kind_of(read.code) : Kind::separator, read.length};
}

}  // namespace app
