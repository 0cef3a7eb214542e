#pragma once
// Replacement strings: a text with holes that values fill.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "farm_app/run/order.hpp"

namespace app {

/// What of a value is put in.
enum class ValuePart : std::uint8_t {
  all,        ///< {}
  stem,       ///< {.}: without its extension
  base,       ///< {/}: behind the last slash
  directory,  ///< {//}: before it
  base_stem,  ///< {/.}
};

/// That part of `value`: "a/b.c" has the parts "a/b.c", "a/b", "b.c", "a" and "b".
std::string part_of(const std::string& value, ValuePart part);

/// A text with the replacement strings {} {.} {/} {//} {/.}, those with a number ({2}, {-1/}) or
/// with the name of a column ({mu}, {file.}) in front, {#} and {%}. Other braces stay.
class Replacement {
 public:
  /// `names` are those of the columns, where they have any. `quote`: values are for a shell, which
  /// is to read each as one word.
  Replacement(std::string_view text, const std::vector<std::string>& names, bool quote);

  /// The text of a command: words with blanks between them. Values go to the end where nothing
  /// says where they go; they are quoted, unless the command begins with a replacement string, for
  /// then they are a command themselves. As GNU parallel has it; but without `appends` nothing goes
  /// to the end.
  static Replacement command(const std::vector<std::string>& words,
                             const std::vector<std::string>& names, bool appends = true);

  /// Whether there is any hole.
  bool replaces() const { return holes_ > 0; }

  SlottedText fill(const std::vector<std::string>& values, std::uint64_t seq) const;

 private:
  enum class Kind : std::uint8_t { text, seq, slot, each, column, column_from_end };
  struct Piece {
    Kind kind = Kind::text;
    ValuePart part = ValuePart::all;
    std::size_t column = 0;
    std::string text = {};
  };

  bool parse_hole(std::string_view body, const std::vector<std::string>& names, Piece& piece) const;
  bool parse_column(std::string_view body, const std::vector<std::string>& names,
                    Piece& piece) const;
  void append(std::string& text, const std::string& value, ValuePart part) const;

  std::vector<Piece> pieces_;
  std::size_t holes_ = 0;
  bool quote_;
};

}  // namespace app
