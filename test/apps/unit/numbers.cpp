#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/axis.hpp"
#include "farm_app/numbers/format.hpp"
#include "farm_app/numbers/parse.hpp"
#include "farm_app/numbers/speedup.hpp"
#include "farm_app/numbers/statistics.hpp"

using app::Sample;
using app::UsageError;

TEST_CASE("sizes are read as WxH or as a square") {
  CHECK(app::parse_size("--size", "1200x800", 9999) == std::pair(1200, 800));
  CHECK(app::parse_size("--size", "64", 9999) == std::pair(64, 64));
  for (const char* wrong :
       {"", "x", "0x600", "800x", "800x-1", "800x600x2", "8e2", "10000", " 1"}) {
    CHECK_THROWS_AS(app::parse_size("--size", wrong, 9999), UsageError);
  }
}

TEST_CASE("points, counts and numbers are read to their last letter") {
  CHECK(app::parse_point("--centre", "-0.75,1e-3") == std::pair(-0.75, 1e-3));
  CHECK_THROWS_AS(app::parse_point("--centre", "1"), UsageError);
  CHECK_THROWS_AS(app::parse_point("--centre", "nan,1"), UsageError);
  CHECK(app::parse_count("--chunk", "auto", 1) == std::nullopt);
  CHECK(app::parse_count("--chunk", "7", 1) == 7);
  CHECK_THROWS_AS(app::parse_count("--chunk", "0", 1), UsageError);
  CHECK_THROWS_AS(app::parse_number("--zoom", "inf"), UsageError);
  CHECK_THROWS_AS(app::parse_number("--zoom", "1z"), UsageError);
  CHECK_THROWS_AS(app::parse_whole("--iterations", "99999999999999999999", 1, 10), UsageError);
}

TEST_CASE("sizes are whole numbers of bytes with a unit or none") {
  CHECK(app::parse_bytes("--split", "4096") == 4096);
  CHECK(app::parse_bytes("--split", "64K") == 65536);
  CHECK(app::parse_bytes("--split", "16M") == 16U << 20U);
  CHECK(app::parse_bytes("--split", "2T") == std::uint64_t{2} << 40U);
  for (const char* wrong : {"", "M", "0", "0K", "-1", "1.5G", "3X", "12MB", "9999999999T", "1 M"}) {
    CHECK_THROWS_AS(app::parse_bytes("--split", wrong), UsageError);
  }
}

TEST_CASE("a summary counts each value with its weight") {
  const app::Summary summary = app::summarise({{4, 1}, {1, 97}, {3, 2}});
  CHECK(summary.minimum == 1);
  CHECK(summary.median == 1);
  CHECK(summary.p95 == 1);
  CHECK(summary.maximum == 4);
  CHECK(summary.mean == Approx((97 + 6 + 4) / 100.0));
  CHECK(app::summarise({{5}}).p95 == 5);
  CHECK_THROWS_AS(app::summarise({}), std::invalid_argument);
}

TEST_CASE("quantiles take the nearest rank") {
  const std::vector<Sample> four{{1}, {2}, {3}, {4}};
  CHECK(app::quantile(four, 0.5) == 2);
  CHECK(app::quantile(four, 0.75) == 3);
  CHECK(app::quantile(four, 0) == 1);
  CHECK(app::quantile(four, 1) == 4);
}

TEST_CASE("imbalance is the largest over the mean, idle workers included") {
  CHECK(app::imbalance({2, 2, 2}) == 1);
  CHECK(app::imbalance({4, 0}) == 2);
  CHECK(app::imbalance({0, 0}) == 1);
  CHECK_THROWS_AS(app::imbalance({}), std::invalid_argument);
}

TEST_CASE("a histogram covers its sample and its shares add up to one") {
  for (const auto& samples : {std::vector<Sample>{{1e-6, 3}, {1e-3, 1}}, {{5e-4}}, {{0}, {1e-6}}}) {
    const auto bins = app::logarithmic_bins(samples, 30);
    REQUIRE(bins.size() == 30);
    double total = 0;
    for (const app::Bin& bin : bins) {
      CHECK(bin.high > bin.low);
      total += bin.share;
    }
    CHECK(total == Approx(1));
  }
  const auto bins = app::logarithmic_bins({{1e-6, 3}, {1e-3, 1}}, 30);
  CHECK(bins.front().share == Approx(0.75));
  CHECK(bins.back().share == Approx(0.25));
  CHECK(bins.front().low == Approx(1e-6));
  CHECK(bins.back().high == Approx(1e-3));
}

TEST_CASE("speed-up, efficiency and Karp-Flatt metric agree with Amdahl's law") {
  // A tenth of the work is serial: on 4 workers T = 0.1 + 0.9 / 4.
  const app::Scaling scaling{10, 10 * (0.1 + 0.9 / 4), 4};
  CHECK(scaling.speedup() == Approx(1 / 0.325));
  CHECK(scaling.efficiency() == Approx(1 / 0.325 / 4));
  CHECK(scaling.karp_flatt().value() == Approx(0.1));
  CHECK(app::amdahl_bound(0.1, 4) == Approx(scaling.speedup()));
  CHECK(app::amdahl_bound(0.1) == Approx(10));
  CHECK(std::isinf(app::amdahl_bound(0)));
  CHECK_FALSE(app::Scaling{1, 1, 1}.karp_flatt());
}

TEST_CASE("times and counts are written with three digits and a unit") {
  CHECK(app::format_seconds(1.234e-5) == "12.3 us");
  CHECK(app::format_seconds(9.999e-4) == "1.00 ms");
  CHECK(app::format_seconds(45e-9) == "45 ns");
  CHECK(app::format_seconds(0) == "0 ns");
  CHECK(app::format_seconds(123.4) == "123 s");
  CHECK(app::format_count(1234567) == "1.23 M");
  CHECK(app::format_count(999.9) == "1.00 k");
  CHECK(app::format_number(-0.0123) == "-0.0123");
  CHECK(app::format_number(0.9999) == "1.00");
}

TEST_CASE("axes have round numbers") {
  CHECK(app::linear_ticks(1, 5).size() == 6);
  CHECK(app::linear_ticks(0, 5) == std::vector<double>{0});
  const auto few = app::logarithmic_ticks(1e-6, 1e-5);
  REQUIRE(few.size() == 4);
  CHECK(few[1] == Approx(2e-6));
  CHECK(app::logarithmic_ticks(1e-9, 1).size() == 10);
}
