// The end of everything: what is handed out shortly before it, and what is not.

#include <catch2/catch.hpp>

#include "scheduler_bed.hpp"
#include "scheduler_farm.hpp"

using unit::SchedulerBed;

namespace {

constexpr std::int64_t ms = 1'000'000;

farm::TaskOptions options(farm::CountOrAutomatic chunk, farm::CountOrAutomatic hwm) {
  farm::TaskOptions made;
  made.chunk = chunk;
  made.hwm = hwm;
  return made;
}

}  // namespace

TEST_CASE("what cannot end in time is not handed out", "[unit][policy]") {
  SchedulerBed bed(1);
  bed.finish_by(bed.now() + 100 * ms);
  bed.submit(100, 1, options(1, 1));
  // Nobody knows how long the first one takes.
  REQUIRE(bed.sent().size() == 1);
  int done = 0;
  while (!bed.flying().empty()) {
    bed.advance(30 * ms);
    bed.finish(0, 30 * ms);
    ++done;
  }
  CHECK(done == 3);
  bed.reopen();
  CHECK(bed.sent().size() == 1);
  bed.drain();
}

TEST_CASE("what an engine holds counts as well", "[unit][policy]") {
  SchedulerBed bed(1);
  bed.submit(100, 1, options(1, 4));
  bed.advance(30 * ms);
  bed.finish(0, 30 * ms);
  CHECK(bed.flying().size() == 4);
  // The four end at 120 ms from now on.
  bed.finish_by(bed.now() + 155 * ms);
  bed.advance(30 * ms);
  bed.finish(0, 30 * ms);
  CHECK(bed.flying().size() == 4);
  bed.advance(30 * ms);
  bed.finish(0, 30 * ms);
  CHECK(bed.flying().size() == 3);
  bed.finish_by(std::nullopt);
  CHECK(bed.flying().size() == 4);
  bed.drain();
}

TEST_CASE("chunks become smaller where only few items end in time", "[unit][policy]") {
  SchedulerBed bed(1);
  bed.submit(1000, 1, options(64, 1));
  bed.advance(64 * ms);
  bed.finish_by(bed.now() + 40 * ms);
  bed.finish(0, 64 * ms);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.count == 32);
  bed.reopen();
  bed.drain();
}

TEST_CASE("costs say what ends in time", "[unit][policy]") {
  SchedulerBed bed(1);
  unit::Besides besides;
  besides.costs = {1, 1, 10, 1};
  bed.submit_with(besides, 4, 1, options(1, 1));
  bed.finish_by(bed.now() + 50 * ms);
  bed.advance(10 * ms);
  bed.finish(0, 10 * ms);
  CHECK(bed.flying().size() == 1);
  CHECK_FALSE(bed.scheduler().nothing_fits());
  bed.advance(10 * ms);
  bed.finish(0, 10 * ms);
  // The third would end late, the fourth would not.
  REQUIRE(bed.flying().size() == 1);
  CHECK(bed.flying().front().flight.first == 3);
  bed.advance(10 * ms);
  bed.finish(0, 10 * ms);
  CHECK(bed.flying().empty());
  CHECK(bed.scheduler().nothing_fits());
  bed.reopen();
  CHECK_FALSE(bed.scheduler().nothing_fits());
  CHECK(bed.flying().size() == 1);
  bed.drain();
}

TEST_CASE("static blocks are cut to what ends in time", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(1, 1, options(1, 1));
  bed.advance(ms);
  bed.finish(0, ms);
  bed.finish_by(bed.now() + 100 * ms);
  bed.submit(1000, 2, options(farm::automatic, 0));
  std::uint64_t out = 0;
  for (const auto& dispatch : bed.flying()) out += dispatch.flight.count;
  CHECK(out > 100);
  CHECK(out <= 200);
  bed.reopen();
  bed.drain();
}

TEST_CASE("a gang that cannot end in time holds no engine", "[unit][policy]") {
  SchedulerBed bed(2);
  farm::TaskOptions gang = options(1, 1);
  gang.ranks = 2;
  bed.submit(1, 1, gang, 1);
  bed.advance(50 * ms);
  while (!bed.flying().empty()) bed.finish(0, 50 * ms);
  bed.finish_by(bed.now() + 40 * ms);
  bed.submit(1, 1, gang, 1);
  CHECK(bed.flying().empty());
  bed.submit(4, 2, options(1, 1), 2);
  CHECK(bed.flying().size() == 2);
  bed.close();
  while (!bed.flying().empty()) bed.finish(0, ms);
  CHECK_FALSE(bed.scheduler().timed());
  bed.reopen();
  bed.drain();
}

TEST_CASE("nothing is handed out any more after close, and what waits comes back",
          "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(100, 1, options(1, 4));
  CHECK(bed.flying().size() == 8);
  bed.close();
  const std::vector<farm::policy::Ticket> asked = bed.asked();
  CHECK(asked.size() == 6);
  for (const farm::policy::Ticket ticket : asked) bed.returned(ticket);
  CHECK(bed.flying().size() == 2);
  bed.finish();
  CHECK(bed.sent().empty());
  bed.submit(10, 2, options(1, 1));
  CHECK(bed.sent().empty());
  bed.lose(1);
  bed.expire();
  CHECK(bed.flying().size() <= 1);
  CHECK_FALSE(bed.scheduler().timed());
  bed.reopen();
  bed.drain();
}

TEST_CASE("what a running task has submitted runs after close", "[unit][policy]") {
  SchedulerBed bed(2);
  bed.submit(1, 1, options(1, 1));
  const int parent = bed.flying().front().flight.engine.rank();
  bed.wait(parent, 1);
  bed.close();
  unit::Besides child;
  child.depth = 1;
  bed.submit_with(child, 4, 2, options(1, 1));
  CHECK(bed.flying().size() == 3);
  bed.reopen();
  bed.drain();
}

TEST_CASE("a cancelled batch ends while nothing is handed out", "[unit][policy]") {
  SchedulerBed bed(1);
  const auto batch = bed.submit(100, 1, options(1, 4));
  bed.close();
  const std::vector<farm::policy::Ticket> asked = bed.asked();
  CHECK(bed.cancel(batch) == 96);
  for (const farm::policy::Ticket ticket : asked) bed.returned(ticket);
  bed.finish();
  CHECK(bed.live() == 0);
}

// By their estimates, engines work up to the deadline and not beyond it.
TEST_CASE("a farm works until its deadline", "[unit][policy]") {
  unit::VirtualFarm farm(8, [](const farm::policy::Flight& flight) {
    return 5.0 * ms * static_cast<double>(flight.count);
  });
  constexpr farm::policy::Moment deadline = 1000 * ms;
  farm.bed.finish_by(deadline);
  farm.bed.submit(100'000, 1, options(farm::automatic, farm::automatic));
  farm.run();
  CHECK(farm.last_finish < deadline + 6.0 * ms);
  CHECK(farm.last_finish > deadline - 20.0 * ms);
  farm.bed.reopen();
  farm.bed.drain();
}
