// Deaths of engines under tasks that make tasks. A thread of an engine that has died goes on, but
// nobody hears it any more.

#include <catch2/catch.hpp>
#include <numeric>

#include "mortal_farm.hpp"
#include "threaded_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;
using unit::MortalFarm;
using unit::ThreadedFarm;

namespace nested_losing {

int triple(int x) { return 3 * x; }
int sum(farm::Engine& here, int n) {
  auto children = here.load_balanced().with({.chunk = 1, .hwm = 1});
  const std::vector<int> values =
      children.map(farm::kernel<&unit::Gate::pass>, unit::counted(n)).get();
  return std::accumulate(values.begin(), values.end(), 0);
}

/// As the engine of this rank would submit children of the task that it runs.
farm::hub::Batch& spawn(MortalFarm& farm, int rank, std::uint32_t number, int count) {
  const auto held = farm.hub->scheduler().held_by(rank);
  REQUIRE_FALSE(held.empty());
  const auto submission = LoopbackFarm::submission(farm::kernel<&triple>, counted(count),
                                                   farm.route(unit::chunks_of(1, 1)));
  farm::wire::Spawn spawn;
  spawn.number = number;
  spawn.ticket = held[0].ticket;
  spawn.depth = 1;
  spawn.kernel = submission.kernel->index();
  spawn.item_size = static_cast<std::uint32_t>(submission.item_size);
  spawn.count = submission.count;
  spawn.options.chunk = spawn.options.hwm = 1;
  const std::uint64_t before = farm.hub->totals().submitted;
  farm.forge(rank, spawn, submission.items.span());
  farm.hub->poll();
  REQUIRE(farm.hub->totals().submitted == before + static_cast<std::uint64_t>(count));
  return farm.hub->known(farm::TaskId{before});
}

}  // namespace nested_losing

using namespace nested_losing;

TEST_CASE("the children of a task end with its engine", "[unit][nested]") {
  MortalFarm farm(3);
  auto& parent = farm.map(farm::kernel<&triple>, std::vector<int>{5}, unit::chunks_of(1, 1));
  spawn(farm, 1, 1, 6);
  const bool half = GENERATE(false, true);
  if (half) {
    farm.servers[1]->step();
    farm.hub->poll();
  }
  farm.kill(1);
  farm.run();
  CHECK(LoopbackFarm::values<int>(parent) == std::vector<int>{15});
  CHECK(parent.results->record_of(0).attempt == 2);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().aborted > 0);
  CHECK(farm.hub->unnoticed() == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
}

TEST_CASE("a child runs again when its engine dies, and its parent goes on", "[unit][nested]") {
  MortalFarm farm(3);
  auto& parent = farm.map(farm::kernel<&triple>, std::vector<int>{5}, unit::chunks_of(1, 1));
  const farm::wire::Done done = farm.answer_of(parent, 1);
  auto& child = spawn(farm, 1, 1, 4);
  farm.kill(2);
  // The engine of the parent does not run a child before it waits.
  for (int i = 0; i < 100; ++i) {
    farm.hub->poll();
    farm.servers[2]->step();
  }
  REQUIRE(child.settled());
  CHECK(LoopbackFarm::values<int>(child) == std::vector<int>{0, 3, 6, 9});
  CHECK(farm.wire.sent[farm::wire::Kind::settled] == 4);
  CHECK_FALSE(parent.settled());
  farm.forge(1, farm::wire::Release{true, 1}, {});
  farm.answer(1, done, 15);
  while (farm.hub->poll()) {
  }
  CHECK(LoopbackFarm::values<int>(parent) == std::vector<int>{15});
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->totals().running == 0);
}

TEST_CASE("children of children end with the engine of the first", "[unit][nested]") {
  MortalFarm farm(4);
  auto& parent = farm.map(farm::kernel<&triple>, std::vector<int>{5}, unit::chunks_of(1, 1));
  spawn(farm, 1, 1, 3);
  spawn(farm, 2, 1, 3);
  const int victim = GENERATE(1, 2);
  farm.kill(victim);
  if (victim == 2) farm.kill(1);
  farm.run();
  CHECK(LoopbackFarm::values<int>(parent) == std::vector<int>{15});
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
}

TEST_CASE("a parent and its children outlive the deaths of engines", "[unit][nested]") {
  const int victim = GENERATE(2, 3);  // engine 1 has the parent, and would wait for ever
  CAPTURE(victim);
  ThreadedFarm farm(3, true, unit::one_by_one());
  std::optional<farm::AsyncResult<int>> parent;
  {
    const unit::Gate gate;
    parent = farm.client.load_balanced().apply(farm::kernel<&sum>, 8);
    REQUIRE(unit::eventually([&] { return unit::Gate::waiting == 3; }));
    farm.monitor.lose(victim, "its process has ended");
  }
  CHECK(parent->get() == 28);
  CHECK(farm.client.wait());
  CHECK(farm.client.outstanding() == 0);
  CHECK(farm.unnoticed() == 0);
}
