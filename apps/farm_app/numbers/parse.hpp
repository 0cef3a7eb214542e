#pragma once
// Values on a command line, read to their last letter. Each function throws UsageError, with the
// name of the option and what was expected; `option` is that name, as in "--size".

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace app {

/// A whole number in [low, high].
std::int64_t parse_whole(const std::string& option, const std::string& text, std::int64_t low,
                         std::int64_t high);

/// A whole number of at least `low`, or nothing for "auto".
std::optional<std::int64_t> parse_count(const std::string& option, const std::string& text,
                                        std::int64_t low);

/// A finite number.
double parse_number(const std::string& option, const std::string& text);

/// A whole number of bytes, at least 1: "4096", or with K, M, G or T behind it for KiB to TiB.
std::uint64_t parse_bytes(const std::string& option, const std::string& text);

/// "800x600", or "800" for a square: width and height, at least 1 and at most `largest` each.
std::pair<int, int> parse_size(const std::string& option, const std::string& text, int largest);

/// "-0.75,0.1": two finite numbers.
std::pair<double, double> parse_point(const std::string& option, const std::string& text);

}  // namespace app
