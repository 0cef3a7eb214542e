// Common arguments and setups: what an engine remembers beyond one chunk.

#include <catch2/catch.hpp>

#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;
using Kind = farm::wire::Kind;

namespace {

farm::TaskOptions one_by_one(std::vector<farm::EngineId> targets = {}) {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = 1;
  options.targets = std::move(targets);
  return options;
}

auto plus(int first) { return farm::bind(farm::kernel<&unit::plus>, std::vector<int>{first}); }

}  // namespace

TEST_CASE("common arguments travel once to each engine that needs them", "[unit][hub]") {
  LoopbackFarm farm(3);
  const auto bound = plus(100);
  farm::hub::Batch& here = farm.map(bound, counted(10), one_by_one({1, 2}));
  farm.run();
  CHECK(LoopbackFarm::value<int>(here, 9) == 109);
  CHECK(farm.wire.sent[Kind::common] == 2);
  farm::hub::Batch& everywhere = farm.map(bound, counted(10), one_by_one());
  farm.run();
  CHECK(LoopbackFarm::value<int>(everywhere, 3) == 103);
  CHECK(farm.wire.sent[Kind::common] == 3);
  CHECK(farm.wire.sent[Kind::forget] == 0);
}

TEST_CASE("common arguments of different bindings are kept apart", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& ten = farm.map(plus(10), counted(5), one_by_one());
  farm::hub::Batch& twenty = farm.map(plus(20), counted(5), one_by_one());
  farm.run();
  CHECK(LoopbackFarm::values<int>(ten) == std::vector<int>{10, 11, 12, 13, 14});
  CHECK(LoopbackFarm::values<int>(twenty) == std::vector<int>{20, 21, 22, 23, 24});
}

TEST_CASE("common arguments that nobody owns are forgotten in time", "[unit][hub]") {
  LoopbackFarm farm(2);
  const auto kept = plus(1000);
  farm.hub->drop(farm.map(kept, counted(2), one_by_one({1})));
  farm.run();
  for (int i = 0; i < 200; ++i) {
    farm::hub::Batch& batch = farm.map(plus(i), counted(2), one_by_one({1}));
    farm.run();
    REQUIRE(LoopbackFarm::value<int>(batch, 1) == i + 1);
    farm.hub->drop(batch);
  }
  CHECK(farm.wire.sent[Kind::common] == 201);
  CHECK(farm.wire.sent[Kind::forget] > 100);
  CHECK(farm.wire.sent[Kind::forget] <= 200);
  // What is still owned was not forgotten.
  farm::hub::Batch& again = farm.map(kept, counted(2), one_by_one({1}));
  farm.run();
  CHECK(LoopbackFarm::value<int>(again, 1) == 1001);
  CHECK(farm.wire.sent[Kind::common] == 201);
}

TEST_CASE("common arguments live as long as a task that needs them", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& batch = farm.map(plus(7), counted(100), one_by_one());
  for (int i = 0; i < 100; ++i) {
    farm.hub->drop(farm.map(plus(i), counted(1), one_by_one()));
  }
  farm.run();
  CHECK(LoopbackFarm::value<int>(batch, 99) == 106);
}

TEST_CASE("a direct call runs item by item on its targets", "[unit][hub]") {
  LoopbackFarm farm(3, 4U);
  farm::hub::Batch* batch = farm.hub->submit_direct(
      LoopbackFarm::submission(farm::kernel<&unit::where>, counted(4), farm.route()),
      farm::detail::one_each({3, 1, 2, 3}), false);
  farm.run();
  CHECK(LoopbackFarm::values<int>(*batch) == std::vector<int>{3, 1, 2, 3});
  farm.hub->drop(*batch);
}

TEST_CASE("tasks do not run where their setup failed", "[unit][hub]") {
  LoopbackFarm farm(2);
  constexpr std::uint32_t setup = 5;
  farm::detail::Submission initializer = LoopbackFarm::submission(
      farm::kernel<&unit::fails_on>, std::vector<int>{2, 2}, farm.route({}, 1, setup));
  initializer.defines_setup = setup;
  farm::hub::Batch* booted =
      farm.hub->submit_direct(std::move(initializer), farm::detail::one_each({1, 2}), false);
  farm::hub::Batch* tasks = farm.hub->submit(LoopbackFarm::submission(
      farm::kernel<&unit::where>, counted(10), farm.route(one_by_one(), 1, setup)));
  farm::hub::Batch& others = farm.map(farm::kernel<&unit::where>, counted(10), one_by_one());
  farm.run();
  CHECK(booted->results->progress().failed == 1);
  CHECK(LoopbackFarm::failure(*booted, 1).message == "not on this one");
  std::size_t broken = 0;
  for (std::uint64_t i = 0; i < 10; ++i) {
    if (tasks->results->record_of(i).engine == 1) {
      CHECK(LoopbackFarm::value<int>(*tasks, i) == 1);
    } else {
      CHECK(LoopbackFarm::failure(*tasks, i).fault == farm::detail::Fault::broken);
      ++broken;
    }
  }
  CHECK(broken > 0);
  CHECK(broken < 10);
  CHECK(others.results->progress().failed == 0);
}

TEST_CASE("tasks whose setup never ran are broken, too", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch* tasks = farm.hub->submit(
      LoopbackFarm::submission(farm::kernel<&unit::where>, counted(3), farm.route({}, 1, 9)));
  farm.run();
  CHECK(LoopbackFarm::failure(*tasks, 0).fault == farm::detail::Fault::broken);
  CHECK(tasks->results->progress().failed == 3);
}
