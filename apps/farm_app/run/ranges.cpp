#include "farm_app/run/ranges.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

constexpr int most_digits = 18;  // that 63 bits hold

/// units / 10^places
struct Decimal {
  std::int64_t units = 0;
  int places = 0;
};

/// Nothing where `text` is no decimal number, or needs more digits than there are.
std::optional<Decimal> parse_decimal(const std::string& text) {
  const std::size_t e = text.find_first_of("eE");
  std::string digits = text.substr(0, e);
  int exponent = 0;
  if (e != std::string::npos) {
    const char* const begin = text.data() + e + 1 + (text[e + 1] == '+' ? 1 : 0);
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, exponent);
    if (error != std::errc{} || rest != end) return std::nullopt;
  }
  if (!digits.empty() && digits.front() == '+') digits.erase(0, 1);
  Decimal number;
  const std::size_t point = digits.find('.');
  if (point != std::string::npos) {
    number.places = static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  const auto [rest, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number.units);
  if (error != std::errc{} || rest != digits.data() + digits.size()) return std::nullopt;
  if (exponent > most_digits || exponent < -most_digits) return std::nullopt;
  number.places -= exponent;
  return number;
}

/// The same number with more places; nothing where it does not fit.
std::optional<std::int64_t> with_places(const Decimal& number, int places) {
  std::int64_t units = number.units;
  for (int i = number.places; i < places; ++i) {
    if (__builtin_mul_overflow(units, std::int64_t{10}, &units)) return std::nullopt;
  }
  return units;
}

Decimal decimal_of(const InputSource& source, const std::string& text) {
  const auto number = parse_decimal(text);
  if (number) return *number;
  throw UsageError("--range " + source.name + ": '" + text + "' is no decimal number of up to " +
                   std::to_string(most_digits) + " digits");
}

std::string written(const InputSource& source) {
  return "--range " + source.name + "=" + source.low + ":" + source.high + ":" + source.step;
}

}  // namespace

InputSource parse_range(const std::string& text) {
  const std::size_t equals = text.find('=');
  std::vector<std::string> ends;
  for (std::size_t at = equals; at < text.size(); at = text.find(':', at + 1)) {
    const std::size_t next = std::min(text.find(':', at + 1), text.size());
    ends.push_back(text.substr(at + 1, next - at - 1));
  }
  if (equals == 0 || ends.size() < 2 || ends.size() > 3) {
    throw UsageError("--range " + text + ": expected NAME=LOW:HIGH[:STEP], as in mu=0:10:0.5");
  }
  InputSource source;
  source.kind = InputSource::Kind::range;
  source.name = text.substr(0, equals);
  source.low = ends[0];
  source.high = ends[1];
  if (ends.size() == 3) source.step = ends[2];
  for (const std::string& end : ends) decimal_of(source, end);
  return source;
}

NumberRange::NumberRange(const InputSource& source) {
  const Decimal low = decimal_of(source, source.low);
  const Decimal high = decimal_of(source, source.high);
  const Decimal step = decimal_of(source, source.step);
  places_ = std::max({low.places, high.places, step.places, 0});
  const auto from = with_places(low, places_);
  const auto to = with_places(high, places_);
  const auto by = with_places(step, places_);
  std::int64_t length = 0;
  if (!from || !to || !by || __builtin_sub_overflow(*to, *from, &length)) {
    throw UsageError(written(source) + ": needs more than " + std::to_string(most_digits) +
                     " digits");
  }
  if (*by == 0) throw UsageError(written(source) + ": the step is nothing");
  if (length != 0 && (length < 0) != (*by < 0)) {
    throw UsageError(written(source) + ": the step leads away from " + source.high);
  }
  low_ = *from;
  step_ = *by;
  size_ = static_cast<std::uint64_t>(length / step_) + 1;
}

std::string NumberRange::at(std::uint64_t index) const {
  const std::int64_t units = low_ + static_cast<std::int64_t>(index) * step_;
  std::string text = std::to_string(units < 0 ? -units : units);
  if (places_ > 0) {
    const auto places = static_cast<std::size_t>(places_);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return units < 0 ? "-" + text : text;
}

}  // namespace app
