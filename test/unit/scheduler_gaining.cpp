#include <catch2/catch.hpp>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using unit::Besides;
using unit::SchedulerBed;

namespace {

SchedulerBed::Setup growing() {
  SchedulerBed::Setup setup;
  setup.grows = true;
  return setup;
}

TaskOptions options(int chunk, int hwm) {
  TaskOptions options;
  options.chunk = chunk;
  options.hwm = hwm;
  return options;
}

}  // namespace

TEST_CASE("an engine that comes later gets what waits at once", "[unit][policy]") {
  SchedulerBed bed(2, growing());
  bed.submit(10, 1, options(1, 1));
  REQUIRE(bed.flying().size() == 2);
  CHECK(bed.gain() == 3);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent()[0].flight.engine.rank() == 3);
  bed.drain();
}

TEST_CASE("an engine that comes later gets what is submitted later", "[unit][policy]") {
  SchedulerBed bed(1, growing());
  bed.gain();
  bed.gain();
  bed.submit(3, 1, options(1, 1));
  CHECK(bed.flying().size() == 3);
  for (int rank = 1; rank <= 3; ++rank) CHECK(bed.load_of(rank) == 1);
  bed.drain();
}

TEST_CASE("an engine that comes before the last one dies takes its work over", "[unit][policy]") {
  SchedulerBed bed(1, growing());
  bed.submit(10, 1, options(1, 2));
  const int rank = bed.gain();
  bed.lose(1);
  CHECK(bed.refused().empty());
  for (const auto& dispatch : bed.flying()) CHECK(dispatch.flight.engine.rank() == rank);
  bed.drain();
}

TEST_CASE("work for all engines by name stays with those", "[unit][policy]") {
  for (const int engines : {1, 3}) {
    SchedulerBed bed(engines, growing());
    TaskOptions named = options(1, 1);
    named.targets = SchedulerBed::ids(engines);
    bed.submit(10, 1, named);
    Besides pinned;
    pinned.pinned = named.targets;
    bed.submit_with(pinned, 10, 2, options(1, 1));
    const int rank = bed.gain();
    CHECK(bed.load_of(rank) == 0);
    for (int i = 0; i < 5; ++i) bed.finish();
    CHECK(bed.load_of(rank) == 0);
    bed.drain();
  }
}

TEST_CASE("an engine that comes later can be named", "[unit][policy]") {
  SchedulerBed bed(2, growing());
  const int rank = bed.gain();
  Besides pinned;
  pinned.pinned = {rank};
  bed.submit_with(pinned, 1, 1, TaskOptions());
  CHECK(bed.load_of(rank) == 1);
  TaskOptions named = options(1, 1);
  named.targets = {2, rank};
  bed.submit(4, 2, named);
  CHECK(bed.load_of(2) == 1);
  bed.drain();
}

TEST_CASE("a gang leaves out an engine that comes later", "[unit][policy]") {
  SchedulerBed bed(2, growing());
  bed.gain();
  TaskOptions gang;
  gang.ranks = 2;
  bed.submit(1, 1, gang);
  REQUIRE(bed.flying().size() == 2);
  CHECK(bed.load_of(3) == 0);
  TaskOptions larger;
  larger.ranks = 3;
  const auto batch = bed.submit(1, 2, larger);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{batch});
  bed.drain();
}

TEST_CASE("a gang for which only engines that came later are left is refused", "[unit][policy]") {
  SchedulerBed bed(3, growing());
  TaskOptions gang;
  gang.ranks = 2;
  bed.submit(1, 1, gang);
  const auto waiting = bed.submit(1, 1, gang);
  bed.gain();
  bed.gain();
  bed.lose(3);
  bed.lose(2);
  CHECK(bed.refused() == std::vector<farm::policy::BatchNumber>{waiting});
  bed.drain();
}

TEST_CASE("least recently used engines are found among those that came later, too",
          "[unit][policy]") {
  SchedulerBed bed(2, growing());
  TaskOptions lru = options(1, 1);
  lru.scheme = farm::Scheme::lru;
  bed.submit(2, 1, lru);
  const int rank = bed.gain();
  bed.submit(2, 1, lru);
  CHECK(bed.load_of(rank) == 1);
  bed.drain();
}
