#include "farm_app/run/ranges.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "farm_app/command_line.hpp"
#include "farm_app/run/permutation.hpp"
#include "farm_app/run/samples.hpp"

using app::NumberRange;
using app::parse_range;
using app::UsageError;
using Catch::Matchers::Contains;

namespace {

using Words = std::vector<std::string>;

Words numbers(const std::string& text) {
  const NumberRange range(parse_range(text));
  Words numbers;
  for (std::uint64_t i = 0; i < range.size(); ++i) numbers.push_back(range.at(i));
  return numbers;
}

std::vector<std::vector<double>> points(app::SampleWish wish, std::uint64_t seed) {
  const std::vector<app::InputSource> ranges{parse_range("x=0:1"), parse_range("y=-5:5"),
                                             parse_range("z=10:20")};
  const app::SampleTable table(wish, ranges, seed);
  std::vector<std::vector<double>> columns(3);
  for (std::uint64_t i = 0; i < table.size(); ++i) {
    app::Row row;
    table.append(i, row);
    for (std::size_t c = 0; c < 3; ++c) columns[c].push_back(std::stod(row[c]));
  }
  return columns;
}

}  // namespace

TEST_CASE("run: a range has decimal numbers without rounding, both ends included") {
  CHECK(numbers("mu=0:1:0.25") == Words{"0", "0.25", "0.5", "0.75", "1"});
  CHECK(numbers("mu=0:0.3:0.1") == Words{"0", "0.1", "0.2", "0.3"});
  CHECK(numbers("mu=-0.3:0.3:0.1") == Words{"-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"});
  CHECK(numbers("n=1:3") == Words{"1", "2", "3"});
  CHECK(numbers("n=3:1:-1") == Words{"3", "2", "1"});
  CHECK(numbers("n=0:10:4") == Words{"0", "4", "8"});
  CHECK(numbers("n=5:5") == Words{"5"});
  CHECK(numbers("e=1e-3:3e-3:1e-3") == Words{"0.001", "0.002", "0.003"});
  CHECK(numbers("e=1e3:3E+3:1e3") == Words{"1000", "2000", "3000"});
  CHECK(numbers("x=.5:1.50:+0.50") == Words{"0.5", "1", "1.5"});
  CHECK(NumberRange(parse_range("mu=0:10:0.5")).size() == 21);
  CHECK(NumberRange(parse_range("mu=0:1000000000:0.001")).size() == 1'000'000'000'001);
}

TEST_CASE("run: a range that makes no sense is refused") {
  for (const char* text : {"mu", "mu=", "mu=1", "=0:1", "mu=0:1:2:3", "mu=a:b",
                           "mu=0:1:", "mu=0:1e", "mu=0:1e99", "mu=0:nan", "mu=0x1:2"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_range(text), UsageError);
  }
  CHECK_THROWS_WITH(numbers("mu=0:1:0"), Contains("nothing"));
  CHECK_THROWS_WITH(numbers("mu=0:1:-1"), Contains("away"));
  CHECK_THROWS_WITH(numbers("mu=1:0"), Contains("away"));
  CHECK_THROWS_WITH(numbers("mu=0:1e18:1e-18"), Contains("digits"));
}

TEST_CASE("run: a permutation has each element once, and another seed another order") {
  for (const std::uint64_t size : {1U, 2U, 3U, 5U, 16U, 17U, 1000U, 65537U}) {
    const app::Permutation permutation(size, 1, 0);
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < size; ++i) seen.insert(permutation(i));
    CHECK(seen.size() == size);
    CHECK(*seen.rbegin() == size - 1);
  }
  const app::Permutation one(1000, 1, 0);
  const app::Permutation two(1000, 2, 0);
  int same = 0;
  int fixed = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    same += one(i) == two(i) ? 1 : 0;
    fixed += one(i) == i ? 1 : 0;
  }
  CHECK(same < 20);
  CHECK(fixed < 20);
}

TEST_CASE("run: short permutations are all about equally likely") {
  std::map<std::vector<std::uint64_t>, int> counts;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    const app::Permutation permutation(3, seed, 0);
    ++counts[{permutation(0), permutation(1), permutation(2)}];
  }
  CHECK(counts.size() == 6);
  for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 200);
}

TEST_CASE("run: a Latin hypercube has one value in each interval of each range") {
  const auto columns = points({50, app::SampleWish::Method::latin_hypercube}, 3);
  const std::vector<std::pair<double, double>> sides{{0, 1}, {-5, 5}, {10, 20}};
  for (std::size_t c = 0; c < 3; ++c) {
    std::set<int> intervals;
    for (const double value : columns[c]) {
      const auto [low, high] = sides[c];
      CHECK((value >= low && value <= high));
      intervals.insert(static_cast<int>((value - low) / (high - low) * 50));
    }
    CHECK(intervals.size() == 50);
  }
}

TEST_CASE("run: samples depend on the seed alone, and fill their ranges") {
  const app::SampleWish wish{4000, app::SampleWish::Method::random};
  const auto columns = points(wish, 1);
  CHECK(columns == points(wish, 1));
  CHECK(columns != points(wish, 2));
  double sum = 0;
  double product = 0;
  for (std::size_t i = 0; i < 4000; ++i) {
    sum += columns[0][i];
    product += (columns[0][i] - 0.5) * columns[1][i];
  }
  CHECK(sum / 4000 == Approx(0.5).margin(0.02));
  CHECK(product / 4000 == Approx(0).margin(0.06));
  CHECK(*std::max_element(columns[2].begin(), columns[2].end()) < 20);
}
