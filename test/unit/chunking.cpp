#include "policy/chunking.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <vector>

using farm::automatic;
using farm::Chunk;
using farm::Chunking;
using farm::policy::block_size;
using farm::policy::chunk_size;
using farm::policy::Estimate;
using farm::policy::factored_chunk;
using farm::policy::high_water_mark;
using farm::policy::Remaining;

namespace {

std::vector<std::uint64_t> blocks(std::uint64_t items, std::uint64_t count) {
  std::vector<std::uint64_t> sizes;
  for (; count > 0; --count) {
    sizes.push_back(block_size(items, count));
    items -= sizes.back();
  }
  return sizes;
}

// An estimate after so many chunks of the size it trusted, with this run time of an item.
Estimate measured(double run_ns, int chunks, double bytes = 8) {
  Estimate estimate;
  for (int i = 0; i < chunks; ++i) {
    const std::uint64_t items = estimate.trusted();
    const auto n = static_cast<double>(items);
    estimate.measured(items, static_cast<std::int64_t>(std::min(run_ns * n, 9e18)),
                      static_cast<std::size_t>(std::min(bytes * n, 9e18)));
  }
  return estimate;
}

}  // namespace

TEST_CASE("blocks differ by at most one item and the first n mod q are larger", "[unit][policy]") {
  CHECK(blocks(10, 4) == std::vector<std::uint64_t>{3, 3, 2, 2});
  CHECK(blocks(3, 5) == std::vector<std::uint64_t>{1, 1, 1, 0, 0});
  CHECK(blocks(7, 1) == std::vector<std::uint64_t>{7});
  for (std::uint64_t items = 1; items <= 70; ++items) {
    for (std::uint64_t count = 1; count <= 20; ++count) {
      CAPTURE(items, count);
      std::vector<std::uint64_t> expected(count, items / count);
      for (std::uint64_t i = 0; i < items % count; ++i) ++expected[i];
      REQUIRE(blocks(items, count) == expected);
    }
  }
}

TEST_CASE("a fixed chunk is kept until the last one", "[unit][policy]") {
  const Estimate nothing;
  CHECK(chunk_size(10, {100, 4}, nothing) == 10);
  CHECK(chunk_size(10, {7, 4}, nothing) == 7);
  CHECK(chunk_size(1, {1, 64}, measured(1, 30)) == 1);
}

TEST_CASE("an automatic chunk is one item while nothing is known", "[unit][policy]") {
  CHECK(chunk_size(automatic, {1'000'000, 4}, Estimate()) == 1);
}

TEST_CASE("an automatic chunk grows by doubling, never past what was measured", "[unit][policy]") {
  Estimate estimate;
  std::uint64_t expected = 2;
  for (int i = 0; i < 8; ++i) {
    estimate.measured(estimate.trusted(), 10, 0);
    CHECK(chunk_size(automatic, {1'000'000'000, 1}, estimate) == expected);
    expected *= 2;
  }
}

TEST_CASE("only a chunk of the trusted size raises the trust", "[unit][policy]") {
  Estimate estimate;
  estimate.measured(1, 10, 0);
  CHECK(estimate.trusted() == 2);
  estimate.measured(1, 10, 0);
  CHECK(estimate.trusted() == 2);
  estimate.measured(2, 20, 0);
  CHECK(estimate.trusted() == 4);
  estimate.measured(0, 20, 0);
  CHECK(estimate.trusted() == 4);
}

TEST_CASE("an automatic chunk stops at the run time that hides a message", "[unit][policy]") {
  const Estimate estimate = measured(1000, 30, 0);
  CHECK(chunk_size(automatic, {1'000'000'000, 1}, estimate) == 200);
  CHECK(chunk_size(automatic, {1'000'000'000, 1}, measured(1e9, 30)) == 1);
}

TEST_CASE("an automatic chunk fits an eager message, in and out", "[unit][policy]") {
  CHECK(chunk_size(automatic, {1'000'000'000, 1}, measured(1, 30, 100)) == 40);
  Estimate heavy_inputs = measured(1, 30, 0);
  heavy_inputs.submitted(1000);
  CHECK(chunk_size(automatic, {1'000'000'000, 1}, heavy_inputs) == 4);
  heavy_inputs.submitted(1e6);
  CHECK(chunk_size(automatic, {1'000'000'000, 1}, heavy_inputs) == 1);
}

TEST_CASE("an automatic chunk leaves half for later", "[unit][policy]") {
  // Each of 4 engines may hold 2 chunks.
  const Estimate estimate = measured(1, 30, 0);
  CHECK(chunk_size(automatic, {160, 4}, estimate) == 10);
  CHECK(chunk_size(automatic, {17, 4}, estimate) == 2);
  for (std::uint64_t left = 1; left <= 16; ++left) {
    CHECK(chunk_size(automatic, {left, 4}, estimate) == 1);
  }
}

TEST_CASE("factoring gives out less where run times differ", "[unit][policy]") {
  CHECK(factored_chunk({800, 4}, measured(1000, 30)) == 100);
  Estimate uneven;
  for (int i = 0; i < 100; ++i) uneven.measured(1, i % 2 == 0 ? 500 : 1500, 8);
  CHECK(uneven.variation() > 0.4);
  CHECK(uneven.variation() < 0.8);
  CHECK(factored_chunk({800'000, 4}, uneven) > 95'000);
  CHECK(factored_chunk({800, 4}, uneven) < 100);
  CHECK(factored_chunk({8, 4}, uneven) == 1);
  CHECK(factored_chunk({8, 400}, uneven) == 1);
}

TEST_CASE("the deviation is that of an item, whatever the size of the chunks", "[unit][policy]") {
  std::mt19937 random(7);
  std::exponential_distribution<double> run(1 / 1e6);
  for (const std::uint64_t items : {1UL, 10UL, 100UL}) {
    double sum = 0;
    Estimate estimate;
    for (int chunk = 0; chunk < 3000; ++chunk) {
      double taken = 0;
      for (std::uint64_t i = 0; i < items; ++i) taken += run(random);
      estimate.measured(items, static_cast<std::int64_t>(taken), 8);
      if (chunk >= 100) sum += estimate.deviation() / 2900;
    }
    CAPTURE(items);
    CHECK(sum > 0.7e6);
    CHECK(sum < 1.3e6);
  }
  CHECK(measured(1000, 20).deviation() == 0);
  CHECK(Estimate().variation() == 0);
}

TEST_CASE("every chunk has between one item and what is left", "[unit][policy]") {
  for (const Chunk chunk :
       {Chunk(automatic), Chunk(1), Chunk(1000), Chunk(Chunking::self), Chunk(Chunking::guided)}) {
    for (const Estimate& estimate : {Estimate(), measured(0, 50, 0), measured(1e12, 50, 1e9)}) {
      for (std::uint64_t left : {1UL, 2UL, 63UL, 1UL << 40}) {
        const std::uint64_t size = chunk_size(chunk, {left, 3}, estimate);
        CHECK(size >= 1);
        CHECK(size <= std::min(left, farm::policy::largest_chunk));
      }
    }
  }
}

TEST_CASE("self-scheduling and guided chunks go by what is left", "[unit][policy]") {
  const Estimate estimate = measured(1000, 30);
  CHECK(chunk_size(Chunking::self, {1000, 4}, estimate) == 1);
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t left = 100; left > 0; left -= sizes.back()) {
    sizes.push_back(chunk_size(Chunking::guided, {left, 4}, estimate));
  }
  CHECK(sizes == std::vector<std::uint64_t>{25, 19, 14, 11, 8, 6, 5, 3, 3, 2, 1, 1, 1, 1});
}

TEST_CASE("a high-water mark of zero is no limit", "[unit][policy]") {
  CHECK(high_water_mark(0, automatic, Estimate()) == std::numeric_limits<std::uint64_t>::max());
  CHECK(high_water_mark(5, automatic, Estimate()) == 5);
}

TEST_CASE("an automatic high-water mark queues only behind short chunks", "[unit][policy]") {
  CHECK(high_water_mark(automatic, automatic, Estimate()) == 1);
  CHECK(high_water_mark(automatic, 1, measured(1e9, 1)) == 1);
  CHECK(high_water_mark(automatic, 1, measured(1e6, 1)) == 2);
  CHECK(high_water_mark(automatic, 1, measured(10e3, 1)) == 4);
  CHECK(high_water_mark(automatic, 1, measured(0, 1)) == farm::policy::most_queued);
  // Where a scheme hands out large chunks, nobody gets a second one before the others.
  CHECK(high_water_mark(automatic, Chunking::self, measured(10e3, 1)) == 4);
  CHECK(high_water_mark(automatic, Chunking::guided, measured(10, 1)) == 1);
  CHECK(high_water_mark(automatic, Chunking::fixed_size, measured(10, 1)) == 1);
  CHECK(high_water_mark(2, Chunking::guided, measured(10, 1)) == 2);
  CHECK(high_water_mark(automatic, Chunking::static_blocks, Estimate()) ==
        std::numeric_limits<std::uint64_t>::max());
  // A fixed chunk of many short items is a long one.
  CHECK(high_water_mark(automatic, 1'000'000, measured(1000, 1)) == 1);
}

TEST_CASE("an estimate follows a change within a few chunks", "[unit][policy]") {
  Estimate estimate = measured(1000, 10);
  CHECK(estimate.mean() == Approx(1000));
  for (int i = 0; i < 16; ++i) estimate.measured(1, 5000, 8);
  CHECK(estimate.mean() == Approx(5000).epsilon(0.02));
  Estimate backwards;
  backwards.measured(4, -7, 0);
  CHECK(backwards.mean() == 0);
}
