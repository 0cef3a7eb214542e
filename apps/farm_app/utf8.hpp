#pragma once
// Characters of a text in UTF-8. A header only, for inner loops.

#include <array>
#include <cstdint>

namespace app::utf8 {

struct Character {
  char32_t code;
  std::uint8_t length;  ///< in bytes; 1: a byte that belongs to no valid character

  bool valid() const { return length > 1; }
};

/// The character whose first byte, not ASCII, is at `at`, before `end`. What is cut off, overlong
/// or a surrogate is not valid.
inline Character character(const char* at, const char* end) {
  constexpr Character invalid{0, 1};
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
  return {code, static_cast<std::uint8_t>(length)};
}

}  // namespace app::utf8
