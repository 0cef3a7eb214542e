// The scheduler and engines whose kernels wait for tasks that they have submitted.

#include <catch2/catch.hpp>

#include "policy/scheduler.hpp"

namespace policy = farm::policy;

namespace {

struct Bed {
  explicit Bed(std::vector<farm::EngineId> engines) : scheduler(engines) {
    options.chunk = 1;
    options.hwm = 1;
  }
  std::vector<policy::Dispatch> submit(std::uint64_t items, std::uint32_t depth) {
    policy::Submit submit;
    submit.batch = batches++;
    submit.items = items;
    submit.route = 1 + depth;
    submit.options = &options;
    submit.depth = depth;
    return scheduler.submit(submit).dispatches;
  }

  farm::TaskOptions options;
  policy::Scheduler scheduler;
  policy::BatchNumber batches = 0;
};

}  // namespace

TEST_CASE("an engine that waits gets deeper tasks and no others", "[unit][policy][nested]") {
  Bed bed({1});
  const policy::Ticket parent = bed.submit(3, 0).at(0).ticket;
  REQUIRE(bed.submit(2, 1).empty());
  auto given = bed.scheduler.wait(1, 1).dispatches;
  REQUIRE(given.size() == 1);
  REQUIRE(given[0].flight.batch == 1);
  // What is on top waits as well: nothing is as deep as that.
  REQUIRE(bed.scheduler.wait(1, 2).dispatches.empty());
  REQUIRE(bed.submit(1, 2).size() == 1);
  REQUIRE(bed.scheduler.wait(1, 1).dispatches.empty());
  const policy::Ticket child = given[0].ticket;
  given = bed.scheduler.finish(child, 1000, 8).dispatches;
  REQUIRE(given.empty());  // it still holds the deepest one, which counts
  REQUIRE(bed.scheduler.wait(1, 0).dispatches.empty());
  REQUIRE(bed.scheduler.validate().empty());
  REQUIRE(bed.scheduler.flight(parent) != nullptr);
}

TEST_CASE("a task goes to an engine that waits for such ones before a busy one",
          "[unit][policy][nested]") {
  Bed bed({1, 2});
  bed.options.hwm = 4;
  const auto parents = bed.submit(2, 0);
  REQUIRE(parents.size() == 2);
  bed.scheduler.wait(2, 1);
  const auto children = bed.submit(1, 1);
  REQUIRE(children.size() == 1);
  REQUIRE(children[0].flight.engine == farm::EngineId(2));
  REQUIRE(bed.scheduler.validate().empty());
}

TEST_CASE("an engine that is heard to wait no more after its chunk has come back gets the next one",
          "[unit][policy][nested]") {
  Bed bed({1});
  const policy::Ticket parent = bed.submit(2, 0).at(0).ticket;
  bed.scheduler.wait(1, 1);
  REQUIRE(bed.scheduler.finish(parent, 1000, 8).dispatches.empty());
  REQUIRE(bed.scheduler.wait(1, 0).dispatches.size() == 1);
  REQUIRE(bed.scheduler.validate().empty());
}
