#include "farm_app/run/samples.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"
#include "farm_app/run/permutation.hpp"

namespace app {

namespace {

std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::to_string(value);
}

}  // namespace

SampleTable::SampleTable(const SampleWish& wish, const std::vector<InputSource>& ranges,
                         std::uint64_t seed)
    : wish_(wish), seed_(seed) {
  for (const InputSource& range : ranges) {
    const std::string option = "--range " + range.name;
    Side side{parse_number(option, range.low), parse_number(option, range.high)};
    if (side.low > side.high) throw UsageError(option + ": " + range.high + " is the lower end");
    sides_.push_back(side);
    names_.push_back(range.name);
  }
}

void SampleTable::append(std::uint64_t index, Row& row) const {
  for (std::size_t column = 0; column < sides_.size(); ++column) {
    const auto& [low, high] = sides_[column];
    // Streams of their own for a column's places in its intervals and for the order of these.
    const std::uint64_t stream = 2 * column + 1;
    double at = mixed_unit(seed_, stream, index);
    if (wish_.method == SampleWish::Method::latin_hypercube) {
      const Permutation intervals(wish_.count, seed_, stream + 1);
      at = (static_cast<double>(intervals(index)) + at) / static_cast<double>(wish_.count);
    }
    row.push_back(shortest(std::fma(at, high - low, low)));
  }
}

}  // namespace app
