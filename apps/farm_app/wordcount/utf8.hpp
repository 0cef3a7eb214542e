#pragma once
// Characters of a text in UTF-8, and which of them make words. Headers only, for the inner loop.

#include <algorithm>
#include <array>
#include <cstdint>

namespace app {

/// What a character does to a word. A joiner belongs to a word only between two letters.
enum class Kind : std::uint8_t { separator, letter, joiner };

struct Character {
  Kind kind;
  std::uint8_t length;  ///< in bytes
};

namespace utf8 {

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

/// The character whose first byte, not ASCII, is at `at`, before `end`. A byte that belongs to no
/// valid character (cut off, overlong, a surrogate) is a separator by itself, so that no word holds
/// it.
inline Character character(const char* at, const char* end) {
  constexpr Character invalid{Kind::separator, 1};
  const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
  const unsigned lead = byte(0);
  const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || end - at < length) return invalid;
  char32_t code = lead & (0x7FU >> length);
  for (int i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return invalid;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || code > 0x10FFFF || surrogate) return invalid;
  return {kind_of(code), static_cast<std::uint8_t>(length)};
}

}  // namespace utf8
}  // namespace app
