#include "farm_app/numbers/format.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace app {

namespace {

// Rounded to `digits` before anyone chooses a unit by it: 999.9 us is 1.00 ms and not 1000 us.
double rounded(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

}  // namespace

std::string format_number(double value, int digits) {
  if (!std::isfinite(value)) return value > 0 ? "unbounded" : "undefined";
  const double shown = rounded(value, digits);
  const int whole = shown == 0 ? 1 : static_cast<int>(std::floor(std::log10(std::abs(shown)))) + 1;
  std::ostringstream text;
  text << std::fixed << std::setprecision(std::max(0, digits - whole)) << shown;
  return text.str();
}

std::string format_seconds(double seconds) {
  const double shown = rounded(seconds, 3);
  if (shown >= 1) return format_number(shown) + " s";
  if (shown >= 1e-3) return format_number(shown * 1e3) + " ms";
  if (shown >= 1e-6) return format_number(shown * 1e6) + " us";
  return std::to_string(std::llround(seconds * 1e9)) + " ns";
}

std::string format_count(double count) {
  const double shown = rounded(count, 3);
  if (shown >= 1e9) return format_number(shown / 1e9) + " G";
  if (shown >= 1e6) return format_number(shown / 1e6) + " M";
  if (shown >= 1e3) return format_number(shown / 1e3) + " k";
  return format_number(shown);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

std::string pad_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string pad_right(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

}  // namespace app
