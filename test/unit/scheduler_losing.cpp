#include <catch2/catch.hpp>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using farm::policy::Held;
using unit::Besides;
using unit::SchedulerBed;

namespace {

TaskOptions options(int chunk, int hwm) {
  TaskOptions options;
  options.chunk = chunk;
  options.hwm = hwm;
  return options;
}

TaskOptions for_targets(const std::vector<farm::EngineId>& targets) {
  TaskOptions options;
  options.targets = targets;
  return options;
}

}  // namespace

TEST_CASE("what an engine held runs on the others when it is lost", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(4, 1, options(1, 2));
  REQUIRE(bed.load_of(1) == 2);
  bed.lose(1);
  CHECK(bed.sent().empty());
  bed.finish();
  bed.finish();
  REQUIRE(bed.flying().size() == 2);
  for (const auto& dispatch : bed.flying()) {
    CHECK(dispatch.flight.engine.rank() == 2);
    CHECK(dispatch.flight.attempt == 2);
    CHECK(dispatch.flight.deaths == 1);
  }
  bed.drain();
}

TEST_CASE("chunks of a lost engine run before what has never been out", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(10, 1, options(1, 1));
  REQUIRE(bed.flying().size() == 2);
  const std::uint64_t item = bed.flying()[0].flight.first;
  const int rank = bed.flying()[0].flight.engine.rank();
  bed.lose(rank);
  bed.finish();
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent()[0].flight.first == item);
  bed.drain();
}

TEST_CASE("items of a chunk that its engine had started run again one by one", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(8, 1, options(4, 1));
  const int rank = bed.flying()[0].flight.engine.rank();
  bed.lose(rank);
  bed.finish();
  for (int i = 0; i < 4; ++i) {
    REQUIRE(bed.flying().size() == 1);
    CHECK(bed.flying()[0].flight.count == 1);
    bed.finish();
  }
  bed.check_empty();
}

TEST_CASE("chunks that waited on a lost engine stay whole", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(16, 1, options(4, 2));
  const int rank = bed.flying()[0].flight.engine.rank();
  const std::vector<Held> held = bed.scheduler().held_by(rank);
  REQUIRE(held.size() == 2);
  CHECK(held[0].started);
  CHECK_FALSE(held[1].started);
  bed.lose(rank);
  std::vector<std::uint64_t> counts;
  while (bed.live() > 0) counts.push_back(bed.finish().count);
  std::ranges::sort(counts);
  CHECK(counts == std::vector<std::uint64_t>{1, 1, 1, 1, 4, 4, 4});
}

TEST_CASE("where a kernel waits the oldest chunk of each depth counts as started",
          "[unit][policy]") {
  SchedulerBed bed(1);
  bed.submit(2, 1, options(1, 2));
  bed.wait(1, 1);
  Besides deeper;
  deeper.depth = 1;
  bed.submit_with(deeper, 2, 2, options(1, 2));
  const std::vector<Held> held = bed.scheduler().held_by(1);
  REQUIRE(held.size() == 3);
  CHECK(held[0].started);
  CHECK_FALSE(held[1].started);
  CHECK(held[2].started);
  bed.lose(1);
  bed.check_empty();
}

TEST_CASE("items that are given up do not run again", "[unit][policy]") {
  farm::policy::Scheduler scheduler(SchedulerBed::ids(2));
  const TaskOptions whole = options(5, 1);
  const auto sent = scheduler.submit({0, 5, 0, 8, 1, &whole}, 1).dispatches;
  REQUIRE(sent.size() == 1);
  const farm::policy::Ticket ticket = sent[0].ticket;
  const std::vector<farm::policy::GivenUp> over{{ticket, 1, 1}, {ticket, 4, 1}};
  std::vector<std::uint64_t> items;
  auto next = scheduler.lose(sent[0].flight.engine, 2, over).dispatches;
  while (!next.empty()) {
    REQUIRE(next.size() == 1);
    items.push_back(next[0].flight.first);
    next = scheduler.finish(next[0].ticket, 1000, 8, 3).dispatches;
  }
  CHECK(items == std::vector<std::uint64_t>{0, 2, 3});
  CHECK(scheduler.in_flight() == 0);
}

TEST_CASE("a batch whose targets are all gone is refused", "[unit][policy]") {
  SchedulerBed bed(3);
  const auto first = bed.submit(5, 1, for_targets({1, 2}));
  bed.lose(1);
  CHECK(bed.refused().empty());
  bed.lose(2);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{first});
  const auto later = bed.submit(5, 1, for_targets({1, 2}));
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{later});
  Besides pinned;
  pinned.pinned = {2};
  const auto to_one = bed.submit_with(pinned, 1, 2, TaskOptions());
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{to_one});
  bed.check_empty();
}

TEST_CASE("with all engines gone everything is refused", "[unit][policy]") {
  SchedulerBed bed(3);
  const auto first = bed.submit(50, 1, options(2, 2));
  for (int rank = 1; rank <= 3; ++rank) bed.lose(rank);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{first});
  const auto later = bed.submit(5, 1, TaskOptions());
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{later});
  bed.check_empty();
}

TEST_CASE("a gang that loses a rank runs again when the others have ended", "[unit][policy]") {
  SchedulerBed bed(4);
  TaskOptions gang;
  gang.ranks = 3;
  bed.submit(1, 1, gang);
  REQUIRE(bed.flying().size() == 3);
  const int rank = bed.flying()[1].flight.engine.rank();
  bed.lose(rank);
  CHECK(bed.gangs().empty());
  bed.finish();
  CHECK(bed.gangs().empty());
  bed.finish();
  REQUIRE(bed.gangs().size() == 1);
  CHECK(bed.flying()[0].flight.attempt == 2);
  CHECK(bed.flying()[0].flight.deaths == 1);
  bed.drain();
}

TEST_CASE("a gang for which too few engines are left is refused", "[unit][policy]") {
  SchedulerBed bed(3);
  TaskOptions gang;
  gang.ranks = 3;
  const auto running = bed.submit(1, 1, gang);
  const auto waiting = bed.submit(1, 1, gang);
  bed.lose(2);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{waiting});
  bed.finish();
  bed.finish();
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{running});
  bed.check_empty();
}

TEST_CASE("engines that are kept for a gang are chosen anew when one is lost", "[unit][policy]") {
  SchedulerBed bed(4);
  bed.submit(4, 1, options(1, 1));
  TaskOptions gang;
  gang.ranks = 3;
  bed.submit(1, 2, gang);
  bed.submit(20, 1, options(1, 1));
  bed.lose(1);
  bed.drain();
}

TEST_CASE("what an engine refused is no matter when it is gone", "[unit][policy]") {
  SchedulerBed bed(2);
  Besides conditional;
  conditional.conditional = true;
  const auto batch = bed.submit_with(conditional, 1, 1, options(1, 1));
  const int first = bed.flying()[0].flight.engine.rank();
  bed.refuse(0);
  REQUIRE(bed.flying().size() == 1);
  bed.lose(first == 1 ? 2 : 1);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{batch});
  bed.check_empty();
}

TEST_CASE("what is told of a lost engine changes nothing", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.occupy(1);
  bed.lose(1);
  auto& scheduler = bed.scheduler();
  scheduler.occupy(1);
  CHECK(scheduler.vacate(1, bed.now()).dispatches.empty());
  CHECK(scheduler.wait(1, 2, bed.now()).dispatches.empty());
  CHECK(scheduler.lose(1, bed.now()).refused.empty());
  CHECK(scheduler.validate().empty());
  bed.submit(3, 1, options(1, 1));
  bed.drain();
}
