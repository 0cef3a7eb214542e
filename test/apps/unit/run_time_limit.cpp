#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "farm_app/command_line.hpp"
#include "farm_app/run/time_limit.hpp"

using app::StreamingMedian;
using app::TimeLimit;

TEST_CASE("the median of up to five numbers is exact") {
  StreamingMedian median;
  CHECK_FALSE(median.value());
  std::vector<double> expected{7, 4, 3, 5, 6};  // of 7; 7 1; 7 1 3; 7 1 3 9; 7 1 3 9 6
  std::size_t i = 0;
  for (const double value : {7., 1., 3., 9., 6.}) {
    median.add(value);
    CHECK(*median.value() == expected.at(i++));
  }
  CHECK(median.count() == 5);
}

TEST_CASE("the example of the paper on P-square comes out") {
  StreamingMedian median;
  for (const double value : {0.02,  0.15,  0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92,
                             34.60, 10.28, 1.47, 0.40, 0.05, 11.39, 0.27,  0.42,  0.09,  11.37}) {
    median.add(value);
  }
  CHECK(*median.value() == Approx(4.44).margin(0.005));
}

TEST_CASE("the streaming median is near the median") {
  std::mt19937 random(7);
  std::lognormal_distribution<double> seconds(1, 1);
  StreamingMedian median;
  std::vector<double> all;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(seconds(random));
    median.add(all.back());
  }
  std::nth_element(all.begin(), all.begin() + 10'000, all.end());
  CHECK(*median.value() == Approx(all[10'000]).epsilon(0.03));
}

TEST_CASE("equal numbers have their value as the median") {
  StreamingMedian median;
  for (int i = 0; i < 1000; ++i) median.add(2);
  CHECK(*median.value() == 2);
}

TEST_CASE("rising and falling numbers do not mislead the streaming median") {
  StreamingMedian rising;
  StreamingMedian falling;
  for (int i = 0; i <= 1000; ++i) {
    rising.add(i);
    falling.add(1000 - i);
  }
  CHECK(*rising.value() == Approx(500).margin(10));
  CHECK(*falling.value() == Approx(500).margin(10));
}

TEST_CASE("a time limit is a number of seconds or a share of the median") {
  CHECK(TimeLimit("").seconds() == 0);
  CHECK(TimeLimit("10").seconds() == 10);
  CHECK(TimeLimit("1.5s").seconds() == 1.5);
  CHECK(TimeLimit("2m").seconds() == 120);
  CHECK(TimeLimit("1.5h").seconds() == 5400);
  CHECK(TimeLimit("1d").seconds() == 86400);
  CHECK(TimeLimit("2e-5").seconds() == 2e-5);
  CHECK_FALSE(TimeLimit("10").relative());

  TimeLimit limit("200%");
  CHECK(limit.relative());
  limit.learn(1);
  limit.learn(2);
  CHECK(limit.seconds() == 0);
  limit.learn(5);
  CHECK(limit.seconds() == 4);
}

TEST_CASE("what is no time limit is refused") {
  for (const char* const wrong :
       {"x", "-1", "0", "0%", "1w", "%", "1 s", "0x10", "inf", "nan", ".", "1.2.3", "+1", "10%%"}) {
    INFO(wrong);
    CHECK_THROWS_AS(TimeLimit(wrong), app::UsageError);
  }
}
