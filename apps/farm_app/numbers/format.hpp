#pragma once
// Numbers as people read them.

#include <string>
#include <string_view>

namespace app {

/// Three significant digits with a unit: "12.3 us", "1.20 s", "45 ns". Whole nanoseconds.
std::string format_seconds(double seconds);

/// Three significant digits, thousands and above in k, M, G: "1.23 M".
std::string format_count(double count);

/// `digits` significant digits, never in scientific notation below a million.
std::string format_number(double value, int digits = 3);

/// `text` as a field of CSV (RFC 4180): in quotation marks if it holds a comma, a quotation mark or
/// a line break; quotation marks inside are doubled.
std::string csv_field(std::string_view text);

/// `text` with blanks in front of it up to `width` characters.
std::string pad_left(const std::string& text, std::size_t width);

/// `text` with blanks behind it up to `width` characters.
std::string pad_right(const std::string& text, std::size_t width);

}  // namespace app
