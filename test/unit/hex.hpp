#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "farm/bytes.hpp"

namespace unit {

/// Bytes as hexadecimal digits, in groups of four bytes.
inline std::string hex(std::span<const std::byte> bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0 && i % 4 == 0) text += ' ';
    const auto value = std::to_integer<unsigned>(bytes[i]);
    text += digits[value / 16];
    text += digits[value % 16];
  }
  return text;
}
inline std::string hex(const farm::Buffer& buffer) { return hex(buffer.span()); }

inline std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace unit
