#include "farm_app/numbers/parse.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& text,
                         const std::string& expected) {
  throw UsageError(option + " '" + text + "': expected " + expected);
}

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

std::string whole_number_from(std::int64_t low, std::int64_t high) {
  std::string from = "a whole number of at least " + std::to_string(low);
  if (high == std::numeric_limits<std::int64_t>::max()) return from;
  return from + " and at most " + std::to_string(high);
}

bool in_range(const std::optional<std::int64_t>& number, std::int64_t low, std::int64_t high) {
  return number && *number >= low && *number <= high;
}

}  // namespace

std::int64_t parse_whole(const std::string& option, const std::string& text, std::int64_t low,
                         std::int64_t high) {
  const auto number = number_of<std::int64_t>(text);
  if (!in_range(number, low, high)) refuse(option, text, whole_number_from(low, high));
  return *number;
}

std::optional<std::int64_t> parse_count(const std::string& option, const std::string& text,
                                        std::int64_t low) {
  if (text == "auto") return std::nullopt;
  const auto high = std::numeric_limits<std::int64_t>::max();
  const auto number = number_of<std::int64_t>(text);
  if (!in_range(number, low, high)) refuse(option, text, whole_number_from(low, high) + " or auto");
  return number;
}

double parse_number(const std::string& option, const std::string& text) {
  const auto number = number_of<double>(text);
  if (!number || !std::isfinite(*number)) refuse(option, text, "a number");
  return *number;
}

std::uint64_t parse_bytes(const std::string& option, const std::string& text) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  const std::string units = "KMGT";
  const std::size_t unit = text.empty() ? std::string::npos : units.find(text.back());
  const bool plain = unit == std::string::npos;
  const std::uint64_t bytes = plain ? 1 : std::uint64_t{1} << (10 * (unit + 1));
  const std::string number = plain ? text : text.substr(0, text.size() - 1);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
    refuse(option, text, "a size such as 4096, 64K, 16M or 1G");
  }
  const auto largest = static_cast<std::int64_t>(most / bytes);
  return bytes * static_cast<std::uint64_t>(parse_whole(option, number, 1, largest));
}

std::pair<int, int> parse_size(const std::string& option, const std::string& text, int largest) {
  const std::size_t cross = text.find('x');
  const bool square = cross == std::string::npos;
  const auto width = number_of<std::int64_t>(text.substr(0, cross));
  const auto height = square ? width : number_of<std::int64_t>(text.substr(cross + 1));
  if (!in_range(width, 1, largest) || !in_range(height, 1, largest)) {
    refuse(option, text,
           "WIDTHxHEIGHT, such as 1200x800, from 1 to " + std::to_string(largest) + " each");
  }
  return {static_cast<int>(*width), static_cast<int>(*height)};
}

std::pair<double, double> parse_point(const std::string& option, const std::string& text) {
  const std::size_t comma = text.find(',');
  const auto x = number_of<double>(text.substr(0, comma));
  const auto y =
      comma == std::string::npos ? std::nullopt : number_of<double>(text.substr(comma + 1));
  if (!x || !y || !std::isfinite(*x) || !std::isfinite(*y)) {
    refuse(option, text, "two numbers with a comma between them, such as -0.75,0.1");
  }
  return {*x, *y};
}

}  // namespace app
