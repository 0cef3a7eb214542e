#include "policy/chunker.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "policy/chunks.hpp"

using farm::Chunk;
using farm::Chunking;
using farm::policy::Chunker;
using farm::policy::Chunks;
using farm::policy::Estimate;
using farm::policy::Speeds;
using Sizes = std::vector<std::uint64_t>;

namespace {

constexpr Chunking remembering[] = {Chunking::static_blocks,      Chunking::fixed_size,
                                    Chunking::trapezoid,          Chunking::factoring,
                                    Chunking::weighted_factoring, Chunking::adaptive_factoring};

// All chunks of a map; the speeds of those that ask take turns.
Sizes chunks(Chunking scheme, std::uint64_t items, std::uint64_t engines,
             const Estimate& estimate = {}, const std::vector<double>& speeds = {1}) {
  Chunker chunker(scheme, items, engines);
  Sizes sizes;
  while (items > 0) {
    const double speed = speeds[sizes.size() % speeds.size()];
    sizes.push_back(chunker.next({items, engines}, estimate, speed));
    REQUIRE(sizes.back() >= 1);
    REQUIRE(sizes.back() <= items);
    items -= sizes.back();
  }
  return sizes;
}

// Items that take 1 ms on the mean, more or less.
Estimate uneven() {
  Estimate estimate;
  for (int i = 0; i < 200; ++i) estimate.measured(1, i % 2 == 0 ? 500'000 : 1'500'000, 8);
  return estimate;
}

}  // namespace

TEST_CASE("static blocks are as many as the engines and equal", "[unit][policy]") {
  CHECK(chunks(Chunking::static_blocks, 10, 4) == Sizes{3, 3, 2, 2});
  CHECK(chunks(Chunking::static_blocks, 12, 4) == Sizes{3, 3, 3, 3});
  CHECK(chunks(Chunking::static_blocks, 2, 4) == Sizes{1, 1});
}

TEST_CASE("a static block that was handed out in part is handed out to its end", "[unit][policy]") {
  Chunker chunker(Chunking::static_blocks, 10, 4);
  CHECK(chunker.next({10, 4}, {}) == 3);
  CHECK(chunker.next({9, 4}, {}) == 2);  // one item went
  CHECK(chunker.next({7, 4}, {}) == 3);
  CHECK(chunker.next({3, 4}, {}) == 1);
}

TEST_CASE("trapezoid chunks get smaller in equal steps", "[unit][policy]") {
  // The example of Tzen and Ni: 1000 iterations on 4 processors, from 125 in steps of 8.
  const Sizes sizes = chunks(Chunking::trapezoid, 1000, 4);
  CHECK(sizes.front() == 125);
  CHECK(sizes.size() <= 17);
  for (std::size_t i = 2; i + 1 < sizes.size(); ++i) {
    const std::uint64_t step = sizes[i - 1] - sizes[i];
    CHECK(step >= 8);
    CHECK(step <= 9);
  }
  CHECK(chunks(Chunking::trapezoid, 3, 4) == Sizes{1, 1, 1});
  CHECK(chunks(Chunking::trapezoid, 1, 1) == Sizes{1});
}

TEST_CASE("factoring hands out half of the rest in a batch of equal chunks", "[unit][policy]") {
  CHECK(chunks(Chunking::factoring, 100, 4) ==
        Sizes{13, 13, 13, 13, 6, 6, 6, 6, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1});
  CHECK(chunks(Chunking::factoring, 5, 8) == Sizes{1, 1, 1, 1, 1});
}

TEST_CASE("weighted factoring gives the fast more of a batch", "[unit][policy]") {
  const Sizes sizes = chunks(Chunking::weighted_factoring, 1000, 4, {}, {2, 1, 0.5, 0.5});
  CHECK(Sizes(sizes.begin(), sizes.begin() + 8) == Sizes{250, 125, 63, 63, 126, 63, 32, 32});
  CHECK(chunks(Chunking::weighted_factoring, 100, 4) == chunks(Chunking::factoring, 100, 4));
}

TEST_CASE("adaptive factoring takes its share of what is left at each call", "[unit][policy]") {
  const Sizes sizes = chunks(Chunking::adaptive_factoring, 800, 4, {}, {1, 2});
  CHECK(Sizes(sizes.begin(), sizes.begin() + 3) == Sizes{100, 176, 66});
}

TEST_CASE("fixed-size chunks follow the formula of Kruskal and Weiss", "[unit][policy]") {
  const Estimate estimate = uneven();
  const double spread = estimate.deviation() * 4 * std::sqrt(std::log(4.0));
  const double formula =
      std::pow(std::sqrt(2.0) * 1e8 * farm::policy::chunk_cost_ns / spread, 2.0 / 3);
  Chunker chunker(Chunking::fixed_size, 100'000'000, 4);
  const std::uint64_t size = chunker.next({100'000'000, 4}, estimate);
  CHECK(static_cast<double>(size) == Approx(formula).margin(1));
  CHECK(chunker.next({50'000'000, 4}, estimate) == size);
  // Nothing is known: one item. All are alike: an equal share.
  CHECK(chunker.next({100'000'000, 4}, {}) == 1);
  Estimate even;
  for (int i = 0; i < 20; ++i) even.measured(1, 1000, 8);
  CHECK(chunks(Chunking::fixed_size, 10, 4, even) == Sizes{3, 3, 3, 1});
  CHECK(chunks(Chunking::fixed_size, 10, 1, even) == Sizes{10});
}

TEST_CASE("every scheme hands out every item once", "[unit][policy]") {
  for (const Chunking scheme : remembering) {
    for (const std::uint64_t items : {1UL, 2UL, 63UL, 64UL, 1000UL}) {
      for (const std::uint64_t engines : {1UL, 3UL, 64UL, 10'000UL}) {
        CAPTURE(Chunk(scheme).name(), items, engines);
        const Sizes sizes = chunks(scheme, items, engines, uneven(), {1, 16, 1.0 / 16});
        CHECK(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}) == items);
      }
    }
  }
}

TEST_CASE("no chunk is larger than a frame can count", "[unit][policy]") {
  for (const Chunking scheme : remembering) {
    Chunker chunker(scheme, std::uint64_t{1} << 50, 2);
    CHECK(chunker.next({std::uint64_t{1} << 50, 2}, {}) <= farm::policy::largest_chunk);
  }
}

TEST_CASE("the speed of an engine is relative to the mean one", "[unit][policy]") {
  Speeds speeds;
  CHECK(speeds.now(5) == 1);
  for (int i = 0; i < 20; ++i) {
    speeds.measured(1, 1000, 500);
    speeds.measured(2, 1000, 1000);
    speeds.measured(3, 1000, 1000);
  }
  CHECK(speeds.now(1) == Approx(1.5));
  CHECK(speeds.now(2) == Approx(0.75));
  CHECK(speeds.now(4) == 1);
  CHECK(speeds.kept(1) == 1);
  speeds.keep();
  for (int i = 0; i < 40; ++i) speeds.measured(1, 1000, 1000);
  CHECK(speeds.kept(1) == Approx(1.5));
  CHECK(speeds.now(1) == Approx(1).margin(0.02));
  speeds.measured(2, 1000, 0);
  speeds.measured(2, 1000, 1e18);
  CHECK(speeds.now(2) > 0);
}

TEST_CASE("maps of one view are cut each for itself and forgotten", "[unit][policy]") {
  Chunks maps;
  const Estimate estimate = uneven();
  const Chunk rule = Chunking::trapezoid;
  maps.submitted(0, rule, {1000, 4});
  maps.submitted(1, rule, {80, 4});
  CHECK(maps.next(0, rule, {1000, 4}, estimate, 1) == 125);
  CHECK(maps.next(1, rule, {80, 4}, estimate, 2) == 10);
  CHECK(maps.next(0, rule, {875, 4}, estimate, 3) < 125);
  maps.forget(0, rule);
  maps.submitted(0, rule, {2000, 4});
  CHECK(maps.next(0, rule, {2000, 4}, estimate, 1) == 250);
  maps.forget(0, rule);
  maps.forget(1, rule);
  CHECK(maps.size() == 0);
}

TEST_CASE("single tasks and rules without memory take no room", "[unit][policy]") {
  Chunks maps;
  for (const Chunk& rule :
       {Chunk(farm::automatic), Chunk(7), Chunk(Chunking::self), Chunk(Chunking::guided)}) {
    maps.submitted(0, rule, {1000, 4});
  }
  for (const Chunking scheme : remembering) {
    maps.submitted(0, scheme, {1, 4});
    CHECK(maps.next(0, scheme, {1, 4}, {}, 1) == 1);
  }
  CHECK(maps.size() == 0);
}

TEST_CASE("an engine that is slow gets less with adaptive factoring", "[unit][policy]") {
  Chunks maps;
  Estimate estimate;
  estimate.measured(1, 1000, 8);
  const Chunk rule = Chunking::adaptive_factoring;
  maps.submitted(0, rule, {8000, 2});
  CHECK(maps.next(0, rule, {8000, 2}, estimate, 1) == 2000);
  maps.finished(1, 100, 50'000, estimate);
  maps.finished(2, 100, 150'000, estimate);
  CHECK(maps.next(0, rule, {8000, 2}, estimate, 1) == 3000);
  CHECK(maps.next(0, rule, {8000, 2}, estimate, 2) == 1000);
  // The next weighted map begins with what this one taught.
  maps.submitted(1, Chunking::weighted_factoring, {8000, 2});
  CHECK(maps.next(1, Chunking::weighted_factoring, {8000, 2}, estimate, 1) == 3000);
}
