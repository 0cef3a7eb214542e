#include <catch2/catch.hpp>
#include <set>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using unit::SchedulerBed;

namespace {

TaskOptions on(std::vector<farm::EngineId> targets, farm::CountOrAutomatic hwm = 1) {
  TaskOptions options;
  options.chunk = 1;
  options.hwm = hwm;
  options.targets = std::move(targets);
  return options;
}

}  // namespace

TEST_CASE("tasks with targets run on their targets alone", "[unit][policy]") {
  SchedulerBed bed(4);
  bed.submit(20, 1, on({2, 4}));
  CHECK(bed.flying().size() == 2);
  std::set<int> engines;
  while (!bed.flying().empty()) engines.insert(bed.finish().engine.rank());
  CHECK(engines == std::set<int>{2, 4});
  bed.check_empty();
}

TEST_CASE("a route whose targets are busy does not hold others up", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(10, 1, on({1}));
  bed.submit(1, 2, on({}));
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine == 2);
  bed.submit(1, 3, on({2}));
  CHECK(bed.sent().empty());
  bed.finish(1);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.engine == 2);
  bed.drain();
}

TEST_CASE("the static schedule cuts blocks for its targets", "[unit][policy]") {
  SchedulerBed bed(4);
  TaskOptions options = on({1, 3, 4}, 0);
  options.chunk = farm::automatic;
  bed.submit(10, 1, options);
  REQUIRE(bed.flying().size() == 3);
  CHECK(bed.flying()[0].flight.count == 4);
  CHECK(bed.flying()[1].flight.count == 3);
  CHECK(bed.flying()[2].flight.count == 3);
  CHECK(bed.load_of(2) == 0);
  bed.drain();
}

TEST_CASE("single tasks with targets spread over all of them", "[unit][policy]") {
  SchedulerBed bed(8);
  for (int i = 0; i < 6; ++i) bed.submit(1, 1, on({1, 2, 3, 5, 7, 8}));
  CHECK(bed.flying().size() == 6);
  for (int i = 0; i < 6; ++i) bed.submit(1, 1, on({1, 2, 3, 5, 7, 8}));
  CHECK(bed.flying().size() == 6);
  bed.drain();
}

TEST_CASE("thousands of short-lived routes with targets come and go", "[unit][policy]") {
  SchedulerBed bed(3);
  for (std::uint64_t route = 1; route <= 2500; ++route) {
    bed.submit(1 + route % 3, route, on({static_cast<int>(1 + route % 3)}, route % 2 == 0 ? 1 : 0));
    if (bed.flying().size() > 20 || route % 4 == 0) bed.finish(bed.flying().size() / 2);
  }
  // A route that was forgotten long ago can be used again.
  bed.submit(4, 1, on({2}, 0));
  bed.drain();
}

TEST_CASE("cancel drops what has not left and nothing else", "[unit][policy]") {
  SchedulerBed bed(2);
  const std::uint32_t running = bed.submit(10, 1, on({}));
  const std::uint32_t queued = bed.submit(5, 1, on({}));
  CHECK(bed.cancel(queued) == 5);
  CHECK(bed.cancel(running) == 8);
  CHECK(bed.cancel(running) == 0);
  CHECK(bed.is_live(running));
  bed.finish();
  CHECK(bed.is_live(running));
  bed.finish();
  bed.check_empty();
}

TEST_CASE("a cancelled batch in the middle of a queue is released once", "[unit][policy]") {
  SchedulerBed bed(1);
  bed.submit(2, 1, on({}));
  std::vector<std::uint32_t> queued;
  for (int i = 0; i < 6; ++i) queued.push_back(bed.submit(3, 1, on({})));
  bed.cancel(queued[2]);
  bed.cancel(queued[0]);
  bed.cancel(queued[5]);
  bed.drain();
}

TEST_CASE("what waited behind a cancelled batch goes on", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(1, 1, on({1}));
  const std::uint32_t head = bed.submit(100, 1, on({1}));
  bed.submit(3, 1, on({1}));
  bed.cancel(head);
  bed.finish();
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.batch != head);
  bed.drain();
}

TEST_CASE("a ticket that is not out has no flight", "[unit][policy]") {
  SchedulerBed bed(2);
  CHECK(bed.scheduler().flight(0) == nullptr);
  CHECK(bed.scheduler().flight(0xffffffff) == nullptr);
  bed.submit(1, 1, on({}));
  const farm::policy::Ticket ticket = bed.flying().front().ticket;
  REQUIRE(bed.scheduler().flight(ticket) != nullptr);
  CHECK(bed.scheduler().flight(ticket)->count == 1);
  bed.finish();
  CHECK(bed.scheduler().flight(ticket) == nullptr);
}
