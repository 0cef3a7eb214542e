#pragma once
// What a word is. Headers only, for the inner loop.

#include <array>
#include <string_view>

#include "farm_app/wordcount/characters.hpp"

namespace app {

/// What ends a word.
/// - text: a word is a run of letters and digits, with apostrophes between them (don't). Beyond
///   ASCII every valid UTF-8 character counts as a letter that is no space, punctuation or symbol
///   (characters.hpp); bytes that are no UTF-8 separate words.
/// - whitespace: a word is a run of bytes other than the six of isspace in the C locale, as
///   `tr -s '[:space:]' '\n'` has it, whatever those bytes are.
enum class Separator : std::uint8_t { text, whitespace };

struct WordRules {
  Separator separator = Separator::text;
  bool lower = false;  ///< A to Z become a to z; letters beyond ASCII stay as they are
};

/// In every encoding-aware sense a border between words, under either rule: the places where a
/// document may be cut.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

namespace detail {

constexpr Kind ascii_kind(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
    return Kind::letter;
  }
  return c == '\'' ? Kind::joiner : Kind::separator;
}

template <class Of>
constexpr auto table_of(Of of) {
  std::array<decltype(of('a')), 256> table{};
  for (int c = 0; c < 256; ++c) table[c] = of(static_cast<char>(c));
  return table;
}
constexpr auto ascii_kinds = table_of(&ascii_kind);
constexpr auto spaces = table_of(&is_space);

inline Character look(const char* at, const char* end) {
  if (at == end) return {Kind::separator, 0};
  if (is_ascii(*at)) return {ascii_kinds[static_cast<unsigned char>(*at)], 1};
  return wide_character(at, end);
}

// Past the letters that begin at `at`.
inline const char* past_letters(const char* at, const char* end) {
  while (at != end) {
    const auto byte = static_cast<unsigned char>(*at);
    if (ascii_kinds[byte] == Kind::letter) {
      ++at;
    } else if (byte < 0x80) {
      break;
    } else {
      const Character next = wide_character(at, end);
      if (next.kind != Kind::letter) break;
      at += next.length;
    }
  }
  return at;
}

template <class Sink>
void each_text_word(const char* at, const char* end, Sink& sink) {
  while (at != end) {
    const Character first = look(at, end);
    if (first.kind != Kind::letter) {
      at += first.length;
      continue;
    }
    const char* const begin = at;
    at = past_letters(at, end);
    while (true) {
      const Character joiner = look(at, end);
      if (joiner.kind != Kind::joiner) break;
      const char* const after = at + joiner.length;
      if (look(after, end).kind != Kind::letter) break;
      at = past_letters(after, end);
    }
    sink(std::string_view(begin, static_cast<std::size_t>(at - begin)));
  }
}

template <class Sink>
void each_spaced_word(const char* at, const char* end, Sink& sink) {
  const auto space = [](char c) { return spaces[static_cast<unsigned char>(c)]; };
  while (true) {
    while (at != end && space(*at)) ++at;
    if (at == end) return;
    const char* const begin = at;
    while (at != end && !space(*at)) ++at;
    sink(std::string_view(begin, static_cast<std::size_t>(at - begin)));
  }
}

}  // namespace detail

/// Calls `sink(word)` for every word of `text`, in order. `lower` is the caller's: see to_lower.
template <class Sink>
void each_word(std::string_view text, Separator separator, Sink&& sink) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (separator == Separator::whitespace) {
    detail::each_spaced_word(begin, end, sink);
  } else {
    detail::each_text_word(begin, end, sink);
  }
}

/// A to Z become a to z, in place.
inline void to_lower(char* begin, const char* end) {
  for (; begin != end; ++begin) {
    const bool upper = *begin >= 'A' && *begin <= 'Z';
    *begin = static_cast<char>(*begin | (upper ? 0x20 : 0));
  }
}

}  // namespace app
