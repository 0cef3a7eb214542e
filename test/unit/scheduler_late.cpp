// What would end after the deadline does not hold up what is behind it.

#include <catch2/catch.hpp>

#include "scheduler_bed.hpp"
#include "scheduler_farm.hpp"

using unit::SchedulerBed;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::uint32_t quick = 0;
constexpr std::uint32_t slow = 1;

farm::TaskOptions one_by_one() {
  farm::TaskOptions made;
  made.chunk = 1;
  made.hwm = 1;
  return made;
}

// Afterwards it is known what a task of the kernel takes.
void teach(SchedulerBed& bed, std::uint32_t kernel, std::int64_t run_ns) {
  bed.submit(1, 100 + kernel, one_by_one(), kernel);
  bed.finish(0, run_ns);
}

}  // namespace

TEST_CASE("shorter tasks overtake those that would end late", "[unit][policy]") {
  SchedulerBed bed(1);
  teach(bed, quick, ms);
  teach(bed, slow, 100 * ms);
  bed.finish_by(bed.now() + 50 * ms);
  const auto late = bed.submit(1, 1, one_by_one(), slow);
  CHECK(bed.flying().empty());
  CHECK(bed.scheduler().nothing_fits());
  CHECK(bed.scheduler().why(late).late == 1);
  for (int i = 0; i < 10; ++i) {
    bed.submit(1, 1, one_by_one(), slow);
    bed.submit(1, 1, one_by_one(), quick);
  }
  CHECK_FALSE(bed.scheduler().nothing_fits());
  int done = 0;
  while (!bed.flying().empty()) {
    bed.advance(ms);
    bed.finish(0, ms);
    ++done;
  }
  CHECK(done == 10);
  CHECK(bed.live() == 11);
  CHECK(bed.scheduler().nothing_fits());
  bed.finish_by(bed.now() + 1000 * ms);
  CHECK(bed.flying().size() == 1);
  bed.drain();
}

TEST_CASE("what is late in the middle of a map is overtaken by the rest", "[unit][policy]") {
  const auto order = GENERATE(farm::Order::submission, farm::Order::longest_first);
  SchedulerBed bed(2);
  unit::Besides besides;
  besides.costs = {1};
  bed.submit_with(besides, 1, 9, one_by_one());
  bed.finish(0, ms);
  bed.finish_by(bed.now() + 50 * ms);
  farm::TaskOptions options = one_by_one();
  options.order = order;
  besides.costs = {90, 80, 70, 2, 2, 2, 2};
  if (order == farm::Order::submission) besides.costs = {2, 90, 2, 80, 70, 2, 2};
  const auto batch = bed.submit_with(besides, 7, 1, options);
  int done = 0;
  while (!bed.flying().empty()) {
    bed.advance(ms);
    bed.finish(0, 2 * ms);
    ++done;
  }
  CHECK(done == 4);
  CHECK(bed.scheduler().why(batch).late == 3);
  CHECK(bed.scheduler().nothing_fits());
  SECTION("it may be cancelled") {
    CHECK(bed.cancel(batch) == 3);
    CHECK(bed.live() == 0);
    CHECK_FALSE(bed.scheduler().nothing_fits());
  }
  SECTION("or there is more time") {
    bed.finish_by(std::nullopt);
    CHECK(bed.flying().size() == 2);
    bed.drain();
  }
}

TEST_CASE("what was thought to be late runs when the kernel turns out to be quicker",
          "[unit][policy]") {
  SchedulerBed bed(2);
  teach(bed, slow, 80 * ms);
  farm::TaskOptions options = one_by_one();
  bed.submit(1, 1, options, slow);
  bed.finish_by(bed.now() + 75 * ms);
  for (int i = 0; i < 20; ++i) bed.submit(1, 1, options, slow);
  CHECK(bed.flying().size() == 1);
  CHECK_FALSE(bed.scheduler().nothing_fits());
  // The mean comes down to 65 ms, and then to less.
  for (int i = 0; i < 10; ++i) {
    bed.advance(ms);
    bed.finish(0, 20 * ms);
  }
  CHECK(bed.flying().size() == 2);
  bed.finish_by(std::nullopt);
  bed.drain();
}

TEST_CASE("a chunk that came back runs item by item where it would end late", "[unit][policy]") {
  SchedulerBed bed(2);
  teach(bed, quick, 10 * ms);
  farm::TaskOptions options = one_by_one();
  options.chunk = 8;
  bed.submit(8, 1, options, quick);
  bed.finish_by(bed.now() + 45 * ms);
  bed.lose(bed.flying().front().flight.engine.rank());
  CHECK(bed.flying().size() == 1);
  CHECK(bed.flying().front().flight.count == 1);
  int done = 0;
  while (!bed.flying().empty()) {
    bed.advance(10 * ms);
    bed.finish(0, 10 * ms);
    ++done;
  }
  CHECK(done == 4);
  CHECK(bed.scheduler().nothing_fits());
  bed.reopen();
  bed.drain();
}

TEST_CASE("a gang that is late does not hold up other gangs", "[unit][policy]") {
  SchedulerBed bed(2);
  farm::TaskOptions gang = one_by_one();
  gang.ranks = 2;
  for (const std::uint32_t kernel : {quick, slow}) {
    bed.submit(1, 1, gang, kernel);
    while (!bed.flying().empty()) bed.finish(0, kernel == quick ? ms : 100 * ms);
  }
  bed.finish_by(bed.now() + 50 * ms);
  bed.submit(2, 1, gang, slow);
  CHECK(bed.flying().empty());
  bed.submit(1, 1, gang, quick);
  CHECK(bed.flying().size() == 2);
  while (!bed.flying().empty()) bed.finish(0, ms);
  CHECK(bed.scheduler().nothing_fits());
  bed.reopen();
  bed.drain();
}

TEST_CASE("late tasks that no engine is left for are refused", "[unit][policy]") {
  SchedulerBed bed(2);
  teach(bed, slow, 100 * ms);
  bed.finish_by(bed.now() + 50 * ms);
  farm::TaskOptions first_only = one_by_one();
  first_only.targets = {1};
  bed.submit(3, 1, first_only, slow);
  CHECK(bed.scheduler().nothing_fits());
  bed.lose(1);
  CHECK(bed.refused().size() == 1);
  CHECK(bed.live() == 0);
}

TEST_CASE("nothing is late that waits for its next attempt", "[unit][policy]") {
  SchedulerBed bed(1);
  teach(bed, slow, 100 * ms);
  bed.submit(1, 1, one_by_one(), quick);
  bed.finish_by(bed.now() + 50 * ms);
  bed.submit(1, 1, one_by_one(), slow);
  bed.requeue(0, 0, 1, bed.now() + 10 * ms);
  bed.finish(0, ms);
  CHECK(bed.flying().empty());
  CHECK_FALSE(bed.scheduler().nothing_fits());
  bed.go_to(bed.now() + 10 * ms);
  CHECK(bed.flying().size() == 1);
  bed.finish(0, ms);
  CHECK(bed.scheduler().nothing_fits());
  bed.reopen();
  bed.drain();
}

// Long tasks among the short ones of a map: all engines work on to the end.
TEST_CASE("a farm uses the time up to its deadline for what fits", "[unit][policy]") {
  const auto takes = [](std::uint64_t i) { return i < 200 && i % 2 == 0 ? 300.0 : 5.0; };
  unit::VirtualFarm farm(
      8, [&](const farm::policy::Flight& flight) { return takes(flight.first) * ms; });
  constexpr farm::policy::Moment deadline = 1000 * ms;
  farm.bed.finish_by(deadline);
  unit::Besides besides;
  for (std::uint64_t i = 0; i < 3000; ++i) besides.costs.push_back(takes(i));
  farm.bed.submit_with(besides, 3000, 1, one_by_one());
  farm.run();
  CHECK(farm.last_finish < deadline + 6.0 * ms);
  CHECK(farm.last_finish > deadline - 20.0 * ms);
  farm.bed.reopen();
  farm.bed.drain();
}
