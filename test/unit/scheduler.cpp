#include "policy/scheduler.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using unit::SchedulerBed;

namespace {

TaskOptions options(farm::CountOrAutomatic chunk, farm::CountOrAutomatic hwm,
                    std::vector<farm::EngineId> targets = {}) {
  TaskOptions made;
  made.chunk = chunk;
  made.hwm = hwm;
  made.targets = std::move(targets);
  return made;
}

// The routes of the next n dispatches when chunks come back in the order they went out.
std::vector<std::uint32_t> next_batches(SchedulerBed& bed, int n) {
  std::vector<std::uint32_t> batches;
  while (static_cast<int>(batches.size()) < n) {
    bed.finish();
    for (const auto& dispatch : bed.sent()) batches.push_back(dispatch.flight.batch);
  }
  return batches;
}

}  // namespace

TEST_CASE("a task goes out at once while an engine is free", "[unit][policy]") {
  SchedulerBed bed(3);
  std::set<int> engines;
  for (int i = 0; i < 3; ++i) {
    bed.submit(1, 1, options(1, 1));
    REQUIRE(bed.sent().size() == 1);
    engines.insert(bed.sent().front().flight.engine.rank());
  }
  CHECK(engines == std::set<int>{1, 2, 3});
  bed.submit(1, 1, options(1, 1));
  CHECK(bed.sent().empty());
  bed.finish(1);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine == 2);
  bed.drain();
}

TEST_CASE("one route is served first in, first out", "[unit][policy]") {
  SchedulerBed bed(1);
  std::vector<std::uint32_t> expected;
  for (int i = 0; i < 5; ++i) {
    const std::uint32_t batch = bed.submit(2, 7, options(1, 1));
    expected.insert(expected.end(), 2, batch);
  }
  expected.erase(expected.begin());
  CHECK(next_batches(bed, 9) == expected);
  bed.drain();
}

TEST_CASE("routes take turns whatever the size of their maps", "[unit][policy]") {
  SchedulerBed bed(2);
  const std::uint32_t huge = bed.submit(10'000, 1, options(1, 1));
  std::map<std::uint32_t, int> served;
  const std::uint32_t small = bed.submit(30, 2, options(1, 1));
  const std::uint32_t late = bed.submit(30, 3, options(1, 1));
  for (const std::uint32_t batch : next_batches(bed, 60)) ++served[batch];
  CHECK(served[huge] >= 19);
  CHECK(served[huge] <= 21);
  CHECK(served[small] >= 19);
  CHECK(served[late] >= 19);
  bed.drain();
}

TEST_CASE("named and unnamed routes take turns on the engine that both want", "[unit][policy]") {
  SchedulerBed bed(2);
  const std::uint32_t any = bed.submit(1000, 1, options(1, 1));
  const std::uint32_t named = bed.submit(1000, 2, options(1, 1, {1}));
  const std::uint32_t also = bed.submit(1000, 3, options(1, 1, {1}));
  std::map<std::uint32_t, int> on_first;
  for (int i = 0; i < 200; ++i) {
    bed.finish();
    for (const auto& dispatch : bed.sent()) {
      if (dispatch.flight.engine == 1) ++on_first[dispatch.flight.batch];
    }
  }
  const int total = on_first[any] + on_first[named] + on_first[also];
  CHECK(total >= 99);
  CHECK(on_first[any] >= total / 4);
  CHECK(on_first[named] >= total / 5);
  CHECK(on_first[also] >= total / 5);
  bed.drain();
}

TEST_CASE("a route with a low mark does not wait for one with a high mark", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(10'000, 1, options(1, 16));
  const std::uint32_t modest = bed.submit(10, 2, options(1, 1));
  int first_served = 0;
  for (int i = 1; i <= 100 && first_served == 0; ++i) {
    bed.finish();
    for (const auto& dispatch : bed.sent()) {
      if (dispatch.flight.batch == modest) first_served = i;
    }
  }
  CHECK(first_served > 0);
  CHECK(first_served <= 3);
  bed.drain();
}

TEST_CASE("a high-water mark of n keeps n chunks on every engine", "[unit][policy]") {
  const int hwm = GENERATE(1, 2, 3, 10);
  SchedulerBed bed(4);
  bed.submit(1000, 1, options(2, hwm));
  for (int i = 0; i < 50; ++i) {
    for (int rank = 1; rank <= 4; ++rank) {
      REQUIRE(bed.load_of(rank) == static_cast<std::uint64_t>(hwm));
    }
    bed.finish(static_cast<std::size_t>(i) % bed.flying().size());
  }
  bed.drain();
}

TEST_CASE("an automatic high-water mark queues more once tasks are known to be short",
          "[unit][policy]") {
  SchedulerBed bed(1);
  bed.submit(10'000, 1, options(1, farm::automatic));
  CHECK(bed.load_of(1) == 1);
  for (int i = 0; i < 50; ++i) bed.finish(0, 500);
  CHECK(bed.load_of(1) > 4);
  CHECK(bed.load_of(1) <= 16);
  bed.drain();
}

TEST_CASE("an automatic high-water mark keeps long tasks at the hub", "[unit][policy]") {
  SchedulerBed bed(3);
  bed.submit(100, 1, options(1, farm::automatic));
  for (int i = 0; i < 30; ++i) {
    bed.finish(0, 1'000'000'000);
    CHECK(bed.flying().size() == 3);
  }
  bed.drain();
}

TEST_CASE("the static schedule assigns everything up front in blocks", "[unit][policy]") {
  SchedulerBed bed(4);
  bed.submit(10, 1, options(farm::automatic, 0));
  REQUIRE(bed.flying().size() == 4);
  std::vector<std::uint64_t> sizes;
  std::set<int> engines;
  for (const auto& dispatch : bed.flying()) {
    sizes.push_back(dispatch.flight.count);
    engines.insert(dispatch.flight.engine.rank());
  }
  CHECK(sizes == std::vector<std::uint64_t>{3, 3, 2, 2});
  CHECK(engines.size() == 4);
  bed.drain();
}

TEST_CASE("the static schedule of fewer items than engines leaves engines out", "[unit][policy]") {
  SchedulerBed bed(5);
  bed.submit(3, 1, options(farm::automatic, 0));
  CHECK(bed.flying().size() == 3);
  for (int rank = 1; rank <= 5; ++rank) CHECK(bed.load_of(rank) <= 1);
  bed.drain();
}

TEST_CASE("the static schedule with a chunk deals chunks out in turn", "[unit][policy]") {
  SchedulerBed bed(3);
  bed.submit(30, 1, options(2, 0));
  CHECK(bed.flying().size() == 15);
  for (int rank = 1; rank <= 3; ++rank) CHECK(bed.load_of(rank) == 5);
  bed.drain();
}

TEST_CASE("an automatic chunk grows while it is measured and shrinks towards the end",
          "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(100'000, 1, options(farm::automatic, 1));
  CHECK(bed.flying().front().flight.count == 1);
  std::uint64_t largest = 0;
  std::uint64_t last = 0;
  std::size_t chunks = 2;
  while (!bed.flying().empty()) {
    const auto count = static_cast<std::int64_t>(bed.flying().front().flight.count);
    bed.finish(0, 1000 * count, 0);
    for (const auto& dispatch : bed.sent()) {
      largest = std::max(largest, dispatch.flight.count);
      last = dispatch.flight.count;
      ++chunks;
    }
  }
  CHECK(largest == 200);
  CHECK(last == 1);
  CHECK(chunks < 1000);
  bed.check_empty();
}
