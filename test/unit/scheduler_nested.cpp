// The scheduler and engines whose kernels wait for tasks that they have submitted.

#include <catch2/catch.hpp>

#include "scheduler_bed.hpp"

namespace policy = farm::policy;
using unit::SchedulerBed;

namespace {

struct Bed : SchedulerBed {
  explicit Bed(int engines, std::int64_t hwm = 1) : SchedulerBed(engines) {
    options.chunk = 1;
    options.hwm = hwm;
  }
  // Returns what has gone out.
  std::vector<policy::Dispatch> submit(std::uint64_t items, std::uint32_t depth) {
    unit::Besides besides;
    besides.depth = depth;
    submit_with(besides, items, 1 + depth, options);
    return sent();
  }
  std::vector<policy::Dispatch> wait(int rank, std::uint32_t depth) {
    SchedulerBed::wait(rank, depth);
    return sent();
  }

  farm::TaskOptions options;
};

}  // namespace

TEST_CASE("an engine that waits gets deeper tasks and no others", "[unit][policy][nested]") {
  Bed bed(1);
  bed.submit(3, 0);
  REQUIRE(bed.submit(2, 1).empty());
  const auto given = bed.wait(1, 1);
  REQUIRE(given.size() == 1);
  REQUIRE(given[0].flight.batch == 1);
  // What is on top waits as well: nothing is as deep as that.
  REQUIRE(bed.wait(1, 2).empty());
  REQUIRE(bed.submit(1, 2).size() == 1);
  REQUIRE(bed.wait(1, 1).empty());
  bed.finish_ticket(given[0].ticket, 1000);
  REQUIRE(bed.sent().empty());  // it still holds the deepest one, which counts
  REQUIRE(bed.wait(1, 0).empty());
  bed.drain();
}

TEST_CASE("a task goes to an engine that waits for such ones before a busy one",
          "[unit][policy][nested]") {
  Bed bed(2, 4);
  REQUIRE(bed.submit(2, 0).size() == 2);
  bed.wait(2, 1);
  const auto children = bed.submit(1, 1);
  REQUIRE(children.size() == 1);
  REQUIRE(children[0].flight.engine == farm::EngineId(2));
  bed.drain();
}

TEST_CASE("a direct call that waits does not count as load", "[unit][policy][nested]") {
  Bed bed(1);
  bed.occupy(1);
  REQUIRE(bed.submit(1, 1).empty());
  REQUIRE(bed.wait(1, 1).size() == 1);
  bed.drain();
}

TEST_CASE("what an engine cannot run while it waits is asked back for idle ones",
          "[unit][policy][nested]") {
  Bed bed(2, 2);
  REQUIRE(bed.submit(4, 0).size() == 4);
  bed.wait(1, 1);
  while (bed.load_of(2) > 0) {
    for (std::size_t i = 0; i < bed.flying().size(); ++i) {
      if (bed.flying()[i].flight.engine != farm::EngineId(2)) continue;
      bed.finish(i);
      break;
    }
  }
  REQUIRE(bed.asked_back().size() == 1);
  const policy::Flight* stuck = bed.scheduler().flight(bed.asked_back()[0]);
  REQUIRE(stuck->engine == farm::EngineId(1));
  bed.returned(bed.asked_back()[0]);
  REQUIRE(bed.load_of(2) == 1);
  bed.drain();
}

TEST_CASE("a gang does not start where a kernel waits", "[unit][policy][nested]") {
  Bed bed(3);
  REQUIRE(bed.submit(1, 0).size() == 1);
  bed.wait(bed.flying()[0].flight.engine.rank(), 1);
  farm::TaskOptions gang = bed.options;
  gang.ranks = 3;
  bed.SchedulerBed::submit(1, 9, gang);
  REQUIRE(bed.gangs().empty());
  // Held for the gang or not, it runs what its kernel waits for.
  REQUIRE(bed.submit(4, 1).size() >= 1);
  bed.drain();
}

TEST_CASE("an engine that is heard to wait no more after its chunk has come back gets the next one",
          "[unit][policy][nested]") {
  Bed bed(1);
  const policy::Ticket parent = bed.submit(2, 0).at(0).ticket;
  bed.wait(1, 1);
  bed.finish_ticket(parent, 1000);
  REQUIRE(bed.sent().empty());
  REQUIRE(bed.wait(1, 0).size() == 1);
  bed.drain();
}
