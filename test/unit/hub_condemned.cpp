#include <catch2/catch.hpp>

#include "mortal_farm.hpp"

// Engines that the hub declares dead although they may go on: what they say afterwards is nothing.

using unit::check_fault;
using unit::chunks_of;
using unit::counted;
using unit::LoopbackFarm;
using unit::MortalFarm;

namespace hub_condemned {

int triple(int x) { return 3 * x; }

constexpr int wrong = 1234;

}  // namespace hub_condemned

using namespace hub_condemned;

TEST_CASE("the late result of an engine that counts as dead is not taken", "[unit][hub]") {
  MortalFarm farm(2);
  auto& batch = farm.map(farm::kernel<&triple>, std::vector<int>{5}, chunks_of(1, 1));
  const farm::wire::Done late = farm.answer_of(batch, 1);
  SECTION("it is on its way when the engine is given up") {
    farm.answer(1, late, wrong);
    farm.hub->lose(1, "it has been silent");
  }
  SECTION("it comes before the task has run again") {
    farm.hub->lose(1, "it has been silent");
    farm.answer(1, late, wrong);
  }
  SECTION("it comes after the task has run again") {
    farm.hub->lose(1, "it has been silent");
    farm.servers[0].reset();
    farm.run();
    farm.answer(1, late, wrong);
  }
  farm.servers[0].reset();
  farm.run();
  CHECK(LoopbackFarm::values<int>(batch) == std::vector<int>{15});
  CHECK(farm.hub->totals().done == 1);
  CHECK(farm.hub->totals().running == 0);
}

TEST_CASE("the only engine that counts as dead cannot answer any more", "[unit][hub]") {
  MortalFarm farm(1);
  auto& batch = farm.map(farm::kernel<&triple>, std::vector<int>{5}, chunks_of(1, 1));
  const farm::wire::Done late = farm.answer_of(batch, 1);
  farm.hub->lose(1, "it has been silent");
  farm.answer(1, late, wrong);
  farm.servers[0].reset();
  farm.run();
  check_fault(batch, 0, farm::detail::Fault::lost, "it has been silent");
  CHECK(farm.hub->totals().failed == 1);
}

TEST_CASE("an engine that does not heed its limit is condemned once", "[unit][hub]") {
  const int retries = GENERATE(0, 1);
  const bool comes_back = GENERATE(false, true);
  CAPTURE(retries, comes_back);
  MortalFarm farm(2);
  std::vector<int> condemned;
  farm.hub->condemn_by([&](farm::EngineId engine, const std::string& why) {
    condemned.push_back(engine.rank());
    CHECK_THAT(why, Catch::Contains("does not stop at its run-time limit"));
  });
  farm::TaskOptions options = chunks_of(1, 1);
  options.retries = retries;
  auto& batch = farm.map(farm::kernel<&triple>, std::vector<int>{5}, options);
  const farm::wire::Done late = farm.answer_of(batch, 1);
  const farm::wire::Overdue overdue{late.ticket, batch.first};
  farm.forge(1, overdue, {});
  farm.forge(1, overdue, {});
  while (farm.hub->poll()) {
  }
  CHECK(condemned == std::vector<int>{1});
  CHECK(farm.hub->stuck() == 1);
  // Its word is late, or comes before it is ended.
  if (comes_back) farm.answer(1, late, wrong);
  while (farm.hub->poll()) {
  }
  CHECK(farm.hub->stuck() == (comes_back ? 0 : 1));
  farm.servers[0].reset();
  farm.hub->lose(1, "it has been ended");
  farm.answer(1, late, wrong);
  farm.run();
  REQUIRE(batch.settled());
  CHECK(farm.hub->stuck() == 0);
  if (retries == 0) {
    check_fault(batch, 0, farm::detail::Fault::timeout, "past its run-time limit");
  } else {
    CHECK(LoopbackFarm::value<int>(batch, 0) == 15);
  }
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
}

TEST_CASE("a gang that is stuck in MPI after a death condemns its engines", "[unit][hub]") {
  const bool comes_back = GENERATE(false, true);
  CAPTURE(comes_back);
  MortalFarm farm(5);
  farm.hub.reset();
  std::vector<farm::hub::Member> members;
  for (int rank = 1; rank <= 5; ++rank) {
    members.push_back({{rank, "host" + std::to_string(rank), 1, 1000 + rank}, rank, true});
  }
  farm.hub.emplace(farm.wire, members, 0);  // no grace
  std::vector<int> condemned;
  farm.hub->condemn_by(
      [&](farm::EngineId engine, const std::string&) { condemned.push_back(engine.rank()); });
  farm::TaskOptions options;
  options.ranks = 2;
  auto& gang = farm.map(farm::kernel<&triple>, std::vector<int>{5}, options);
  const farm::wire::Done late = farm.answer_of(gang, 2);
  farm.forge(2, farm::wire::Native{late.ticket}, {});
  while (farm.hub->poll()) {
  }
  farm.kill(1);
  for (int i = 0; i < 100; ++i) farm.hub->poll();
  CHECK(condemned == std::vector<int>{2});
  CHECK(farm.hub->stuck() == 1);
  if (comes_back) {
    farm.answer(2, late, wrong);
    while (farm.hub->poll()) {
    }
  }
  farm.kill(2);
  farm.run();
  CHECK(LoopbackFarm::values<int>(gang) == std::vector<int>{15});
  CHECK(farm.hub->stuck() == 0);
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
  CHECK(farm.hub->scheduler().validate().empty());
}
