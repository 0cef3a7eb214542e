#include "policy/placement.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

using farm::policy::LoadBuckets;

TEST_CASE("without engines nobody is least loaded", "[unit][policy]") {
  const LoadBuckets loads(4);
  CHECK(loads.least() == LoadBuckets::none);
}

TEST_CASE("the least loaded engine is the one that has been so for longest", "[unit][policy]") {
  LoadBuckets loads(4);
  for (std::uint32_t engine = 1; engine < 4; ++engine) loads.insert(engine);
  for (std::uint32_t expected : {1U, 2U, 3U, 1U, 2U, 3U}) {
    CHECK(loads.least() == expected);
    loads.increase(expected);
  }
  loads.set(3, 1);
  loads.set(1, 1);
  CHECK(loads.least() == 3);
  loads.increase(3);
  CHECK(loads.least() == 1);
  CHECK(loads.load(1) == 1);
  CHECK(loads.load(3) == 2);
}

TEST_CASE("an engine that is added later is found at once", "[unit][policy]") {
  LoadBuckets loads(3);
  loads.insert(1);
  for (int i = 0; i < 5; ++i) loads.increase(1);
  CHECK(loads.least() == 1);
  loads.insert(2);
  CHECK(loads.least() == 2);
}

TEST_CASE("load buckets agree with counting in any order of events", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 6U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::uint32_t engines = 13;
  LoadBuckets loads(engines);
  for (std::uint32_t engine = 0; engine < engines; ++engine) loads.insert(engine);
  std::vector<std::uint64_t> counted(engines);
  for (int event = 0; event < 5000; ++event) {
    const auto engine = static_cast<std::uint32_t>(random() % engines);
    // Now up, now down: the lowest bucket moves both ways.
    const bool up = random() % 100 < (event / 500 % 2 == 0 ? 70U : 30U);
    if (up) {
      loads.increase(engine);
      ++counted[engine];
    } else if (counted[engine] > 0) {
      loads.set(engine, --counted[engine]);
    }
    const std::uint32_t least = loads.least();
    REQUIRE(least < engines);
    REQUIRE(loads.load(engine) == counted[engine]);
    REQUIRE(counted[least] == *std::ranges::min_element(counted));
  }
}
