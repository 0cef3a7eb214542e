// What runs again: retries, chunks that come back, chunks that are refused; and where tasks go.

#include <catch2/catch.hpp>
#include <set>

#include "scheduler_bed.hpp"

using unit::Besides;
using unit::SchedulerBed;

namespace {

farm::TaskOptions one_by_one(farm::CountOrAutomatic hwm = 1) {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = hwm;
  return options;
}

constexpr std::int64_t ms = 1'000'000;

}  // namespace

TEST_CASE("a task that failed runs again on another engine", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(1, 1, one_by_one());
  const auto first = bed.flying().front();
  bed.requeue(0, 0, 1);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine != first.flight.engine);
  CHECK(bed.sent().front().flight.attempt == 2);
  bed.drain();
}

TEST_CASE("a retry waits for another engine only as long as its patience", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(2, 1, one_by_one());
  const int failed = bed.flying().front().flight.engine.rank();
  bed.requeue(0, 0, 1);
  CHECK(bed.sent().empty());
  bed.finish(0);
  CHECK(bed.sent().empty());
  bed.go_to(bed.now() + 999 * ms);
  CHECK(bed.load_of(failed) == 0);
  bed.go_to(bed.now() + 2 * ms);
  CHECK(bed.load_of(failed) == 1);
  bed.drain();
}

TEST_CASE("a retry with nowhere else to go runs where it failed", "[unit][policy]") {
  SchedulerBed bed(3);
  farm::TaskOptions options = one_by_one();
  options.targets = {2};
  bed.submit(1, 1, options);
  bed.requeue(0, 0, 1);
  bed.finish();
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine == 2);
  bed.drain();
}

TEST_CASE("a retry that backs off does not start before its time", "[unit][policy]") {
  SchedulerBed bed(2);
  const auto batch = bed.submit(1, 1, one_by_one());
  bed.requeue(0, 0, 1, bed.now() + 50 * ms);
  bed.finish();
  CHECK(bed.sent().empty());
  CHECK(bed.scheduler().why(batch).backing_off == 1);
  bed.go_to(bed.now() + 49 * ms);
  CHECK(bed.flying().empty());
  bed.go_to(bed.now() + 2 * ms);
  CHECK(bed.flying().size() == 1);
  bed.drain();
}

TEST_CASE("an engine that has nothing to do gets what waits behind a long task", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(4, 1, one_by_one(2));
  bed.advance(ms);
  const int busy = bed.flying().front().flight.engine.rank();
  while (bed.load_of(3 - busy) > 0) {
    std::size_t n = 0;
    while (bed.flying()[n].flight.engine == busy) ++n;
    bed.finish(n);
  }
  REQUIRE(bed.asked_back().size() == 1);
  bed.returned(bed.asked_back().front());
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine != busy);
  CHECK(bed.sent().front().flight.attempt == 1);
  bed.drain();
}

TEST_CASE("an engine that refused is asked again only for what was submitted later",
          "[unit][policy]") {
  SchedulerBed bed(3);
  Besides besides;
  besides.conditional = true;
  const auto batch = bed.submit_with(besides, 1, 1, one_by_one());
  std::set<int> asked;
  for (int i = 0; i < 3; ++i) {
    asked.insert(bed.flying().front().flight.engine.rank());
    bed.refuse(0);
  }
  CHECK(asked.size() == 3);
  CHECK(bed.refused() == std::vector<std::uint32_t>{batch});
  CHECK(bed.live() == 0);
  bed.submit_with(besides, 1, 1, one_by_one());
  CHECK(bed.flying().size() == 1);
  bed.drain();
}

TEST_CASE("the engines that a view prefers come first while they have room", "[unit][policy]") {
  SchedulerBed bed(4);
  farm::TaskOptions options = one_by_one();
  options.affinity = {2, 3};
  bed.submit(3, 1, options);
  REQUIRE(bed.flying().size() == 3);
  CHECK(bed.load_of(2) == 1);
  CHECK(bed.load_of(3) == 1);
  bed.drain();
}

TEST_CASE("an engine that something else occupies gets nothing new", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.occupy(1);
  bed.submit(2, 1, one_by_one());
  CHECK(bed.load_of(1) == 0);
  bed.vacate(1);
  CHECK(bed.load_of(1) == 1);
  bed.drain();
}

TEST_CASE("every scheme finds the one engine that has room", "[unit][policy]") {
  const auto scheme =
      GENERATE(farm::Scheme::leastload, farm::Scheme::lru, farm::Scheme::plainrandom,
               farm::Scheme::twobin, farm::Scheme::weighted);
  SchedulerBed bed(50);
  farm::TaskOptions options = one_by_one();
  options.scheme = scheme;
  for (int i = 0; i < 50; ++i) bed.submit(1, 1, options);
  CHECK(bed.flying().size() == 50);
  for (std::size_t i = 0; i < 200; ++i) {
    bed.finish(i % 50);
    bed.submit(1, 1, options);
    CHECK(bed.sent().size() == 1);
  }
  bed.drain();
}

TEST_CASE("the least recently used engine is next under lru", "[unit][policy]") {
  SchedulerBed bed(3);
  farm::TaskOptions options = one_by_one();
  options.scheme = farm::Scheme::lru;
  for (int i = 0; i < 3; ++i) bed.submit(1, 1, options);
  const int first = bed.flying()[0].flight.engine.rank();
  for (const std::size_t n : {2U, 1U, 0U}) bed.finish(n);
  bed.submit(1, 1, options);
  CHECK(bed.flying().front().flight.engine == first);
  bed.drain();
}

TEST_CASE("tasks that are pinned to thousands of engines go there", "[unit][policy]") {
  std::vector<farm::EngineId> ids = SchedulerBed::ids(2000);
  farm::policy::Scheduler scheduler(ids);
  const farm::TaskOptions options = one_by_one();
  std::size_t sent = 0;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::vector<farm::EngineId> pinned = {ids[i % ids.size()]};
    farm::policy::Submit submit{i, 1, 0, 8, 1, &options};
    submit.pinned = pinned;
    for (const auto& dispatch : scheduler.submit(submit, 0).dispatches) {
      ++sent;
      CHECK(dispatch.flight.engine == pinned.front());
    }
  }
  CHECK(sent == ids.size());
  for (farm::policy::Ticket ticket = 0; ticket < 2000; ++ticket) {
    while (const auto* flight = scheduler.flight(ticket)) {
      (void)flight;
      scheduler.finish(ticket, 1000, 8, 0);
    }
  }
  CHECK(scheduler.in_flight() == 0);
  CHECK(scheduler.validate().empty());
}
