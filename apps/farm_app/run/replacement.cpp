#include "farm_app/run/replacement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "farm_app/command_line.hpp"
#include "farm_app/run/quoting.hpp"

namespace app {

namespace {

constexpr std::array<std::pair<std::string_view, ValuePart>, 4> suffixes{
    // "//" and "/." before "/" and ".", which end them or begin them.
    std::pair{std::string_view("//"), ValuePart::directory},
    std::pair{std::string_view("/."), ValuePart::base_stem},
    std::pair{std::string_view("/"), ValuePart::base},
    std::pair{std::string_view("."), ValuePart::stem}};

/// The suffix of `body`, which is taken off.
ValuePart take_suffix(std::string_view& body) {
  for (const auto& [suffix, part] : suffixes) {
    if (body.size() < suffix.size() || body.substr(body.size() - suffix.size()) != suffix) continue;
    body.remove_suffix(suffix.size());
    return part;
  }
  return ValuePart::all;
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

std::string directory_of(std::string path) {
  const auto trim = [&] {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
  };
  trim();
  if (path == "/") return path;
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  path.resize(slash + 1);
  trim();
  return path;
}

std::string stem_of(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || path.find('/', dot) != std::string::npos) return path;
  return path.substr(0, dot);
}

}  // namespace

std::string part_of(const std::string& value, ValuePart part) {
  const auto base = [&] { return value.substr(value.rfind('/') + 1); };
  switch (part) {
    case ValuePart::all:
      break;
    case ValuePart::stem:
      return stem_of(value);
    case ValuePart::base:
      return base();
    case ValuePart::directory:
      return directory_of(value);
    case ValuePart::base_stem:
      return stem_of(base());
  }
  return value;
}

Replacement::Replacement(std::string_view text, const std::vector<std::string>& names, bool quote)
    : quote_(quote) {
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty())
      pieces_.push_back({Kind::text, ValuePart::all, 0, std::exchange(plain, {})});
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    Piece piece;
    if (end == std::string_view::npos ||
        !parse_hole(text.substr(at + 1, end - at - 1), names, piece)) {
      plain += text[at];
      continue;
    }
    flush();
    pieces_.push_back(std::move(piece));
    ++holes_;
    at = end;
  }
  flush();
}

Replacement Replacement::command(const std::vector<std::string>& words,
                                 const std::vector<std::string>& names, bool appends) {
  if (words.empty()) return {"{}", names, false};
  const std::string text = join(words, " ");
  Replacement command(text, names, true);
  if (!command.replaces() && appends) return {text + " {}", names, true};
  command.quote_ = command.pieces_.front().kind == Kind::text;
  return command;
}

bool Replacement::parse_hole(std::string_view body, const std::vector<std::string>& names,
                             Piece& piece) const {
  if (body == "#") {
    piece.kind = Kind::seq;
  } else if (body == "%") {
    piece.kind = Kind::slot;
  } else if (!parse_column(body, names, piece)) {
    piece.part = take_suffix(body);
    if (!body.empty()) return parse_column(body, names, piece);
    piece.kind = Kind::each;
  }
  return true;
}

// A name may look like a number or end like a suffix: the whole of it goes first.
bool Replacement::parse_column(std::string_view body, const std::vector<std::string>& names,
                               Piece& piece) const {
  if (body.empty()) return false;
  const auto name = std::find(names.begin(), names.end(), body);
  if (name != names.end()) {
    piece.kind = Kind::column;
    piece.column = static_cast<std::size_t>(name - names.begin());
    return true;
  }
  const auto number = number_of(body);
  if (!number) return false;
  if (*number == 0) {
    piece.kind = Kind::each;
  } else {
    piece.kind = *number > 0 ? Kind::column : Kind::column_from_end;
    piece.column = static_cast<std::size_t>(*number > 0 ? *number - 1 : -*number);
  }
  return true;
}

SlottedText Replacement::fill(const std::vector<std::string>& values, std::uint64_t seq) const {
  SlottedText filled{{std::string()}};
  for (const Piece& piece : pieces_) {
    std::string& text = filled.parts.back();
    switch (piece.kind) {
      case Kind::text:
        text += piece.text;
        break;
      case Kind::seq:
        text += std::to_string(seq);
        break;
      case Kind::slot:
        filled.parts.emplace_back();
        break;
      case Kind::each:
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (i > 0) text += ' ';
          append(text, values[i], piece.part);
        }
        break;
      case Kind::column:
        if (piece.column < values.size()) append(text, values[piece.column], piece.part);
        break;
      case Kind::column_from_end:
        if (piece.column > values.size()) break;
        append(text, values[values.size() - piece.column], piece.part);
        break;
    }
  }
  return filled;
}

void Replacement::append(std::string& text, const std::string& value, ValuePart part) const {
  const std::string chosen = part_of(value, part);
  text += quote_ ? shell_quoted(chosen) : chosen;
}

}  // namespace app
