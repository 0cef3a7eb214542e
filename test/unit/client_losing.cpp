#include <catch2/catch.hpp>

#include "threaded_farm.hpp"

// What a driver sees of engines that die. Their threads go on, but nobody hears them any more.

namespace client_losing {

int id(farm::Engine& here) { return here.id().rank(); }
int twice(int x) { return 2 * x; }
int slow(int x) {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return x;
}

int prepare(farm::Engine& here, int gated) {
  return here.id().rank() == gated ? unit::Gate::pass(gated) : gated;
}

}  // namespace client_losing

using unit::ThreadedFarm;

TEST_CASE("an engine that dies leaves the client's ids", "[unit][client][106]") {
  ThreadedFarm farm(3);
  REQUIRE(farm.client.size() == 3);
  farm.monitor.lose(2, "its process has ended");
  CHECK(farm.client.ids() == std::vector<farm::EngineId>{1, 3});
  CHECK(farm.client.engines().size() == 2);
  std::vector<farm::EngineId> seen;
  for (auto view : farm.client) seen.push_back(view.targets().front());
  CHECK(seen == std::vector<farm::EngineId>{1, 3});
}

TEST_CASE("a map survives the death of engines", "[unit][client][108]") {
  ThreadedFarm farm(3, true, unit::one_by_one());
  const std::vector<int> inputs(60, 7);
  auto map = farm.client.load_balanced().map(farm::kernel<&client_losing::slow>, inputs);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  farm.monitor.lose(1, "its process has ended");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  farm.monitor.lose(3, "its process has ended");
  CHECK(map.get() == inputs);
}

TEST_CASE("direct calls of all engines go to those that are left", "[unit][client]") {
  ThreadedFarm farm(3);
  auto all = farm.client.direct();
  CHECK(all.apply(farm::kernel<&client_losing::id>).get() == std::vector<int>{1, 2, 3});
  farm.monitor.lose(2, "its process has ended");
  CHECK(all.apply(farm::kernel<&client_losing::id>).get() == std::vector<int>{1, 3});
  constexpr farm::Name<int> value{"value"};
  all.push(value, 5).get();
  CHECK(all.pull(value).get() == std::vector<int>{5, 5});
}

TEST_CASE("a direct call of an engine that is dead fails at once", "[unit][client]") {
  ThreadedFarm farm(3);
  auto one = farm.client[2];
  auto some = farm.client.direct({1, 2});
  constexpr farm::Name<int> value{"value"};
  farm.monitor.lose(2, "its process has ended");
  CHECK_THROWS_AS(one.apply(farm::kernel<&client_losing::id>).get(), farm::EngineError);
  CHECK_THROWS_WITH(one.apply(farm::kernel<&client_losing::twice>, 4).get(),
                    Catch::Contains("engine 2 (host2) is gone: its process has ended"));
  CHECK_THROWS_AS(some.push(value, 3).get(), farm::CompositeError);
  CHECK_THROWS_AS(some.apply(farm::kernel<&client_losing::id>).get(), farm::CompositeError);
  CHECK_THROWS_AS(farm.client[2], std::out_of_range);
}

TEST_CASE("the record of a stranded call has its error and its times", "[unit][client][110]") {
  ThreadedFarm farm(2);
  auto call = farm.client[1].apply(farm::kernel<&client_losing::slow>, 1);
  farm.monitor.lose(1, "its process has ended");
  call.wait();
  CHECK_THROWS_AS(call.get(), farm::EngineError);
  const farm::TaskInfo info = call.info();
  CHECK(info.engine == farm::EngineId(1));
  CHECK(info.completed >= info.submitted);
}

TEST_CASE("with all engines dead nobody waits for ever", "[unit][client]") {
  ThreadedFarm farm(2, true, unit::one_by_one());
  const std::vector<int> inputs(40, 7);
  auto map = farm.client.load_balanced().map(farm::kernel<&client_losing::slow>, inputs);
  farm.monitor.lose(1, "its process has ended");
  farm.monitor.lose(2, "the host does not answer");
  CHECK_THROWS_AS(map.get(), farm::CompositeError);
  CHECK(farm.client.size() == 0);
  CHECK_THROWS_AS(farm.client.direct().apply(farm::kernel<&client_losing::id>), farm::NoEngines);
  CHECK_THROWS_AS(farm.client.load_balanced().apply(farm::kernel<&client_losing::twice>, 1).get(),
                  farm::EngineError);
}

TEST_CASE("an executor outlives the death of an engine in its initializer", "[unit][client]") {
  ThreadedFarm farm(3);
  const unit::Gate gate;
  farm::Executor executor(farm.client, {}, farm::kernel<&client_losing::prepare>, 2);
  executor.bootup();
  REQUIRE(unit::eventually([] { return unit::Gate::waiting == 1; }));
  farm.monitor.lose(2, "its process has ended");
  const std::vector<int> inputs(30, 7);
  CHECK(executor.map(farm::kernel<&client_losing::slow>, inputs).get() == inputs);
  CHECK(executor.submit(farm::kernel<&client_losing::twice>, 4).get() == 8);
  CHECK(executor.num_workers() > 0);
}

TEST_CASE("an engine that has died is named as such", "[unit][client]") {
  ThreadedFarm farm(3);
  farm.monitor.lose(2, "its process has ended");
  const std::string dead = "engine 2 (host2) is gone: its process has ended";
  CHECK_THROWS_AS(farm.client[2], std::out_of_range);
  CHECK_THROWS_WITH(farm.client[2], dead);
  CHECK_THROWS_WITH(farm.client.direct({1, 2}), dead);
  CHECK_THROWS_WITH(farm.client.load_balanced({2}), dead);
  CHECK_THROWS_WITH(farm.client[4], Catch::StartsWith("there is no engine 4"));
}

TEST_CASE("what a dead engine has kept needs no release", "[unit][client]") {
  ThreadedFarm farm(2);
  auto kept = farm.client.load_balanced({1}).apply_kept(farm::kernel<&client_losing::twice>, 21);
  kept.wait();
  farm.monitor.lose(1, "its process has ended");
  CHECK_NOTHROW(farm.client.release(kept));
}

TEST_CASE("who waits for more engines hears that one has died", "[unit][client]") {
  ThreadedFarm farm(2);
  std::jthread death([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    farm.monitor.lose(1, "its process has ended");
  });
  CHECK_THROWS_AS(farm.client.wait_for_engines(3, farm::Seconds(20)), farm::EngineError);
}

TEST_CASE("a value that was kept on a dead engine is lost to those that need it",
          "[unit][client]") {
  ThreadedFarm farm(2);
  auto kept = farm.client.load_balanced({1}).apply_kept(farm::kernel<&client_losing::twice>, 21);
  kept.wait();
  farm.monitor.lose(1, "its process has ended");
  auto use = farm.client.load_balanced().apply(farm::kernel<&client_losing::twice>, kept);
  CHECK_THROWS_WITH(use.get(), Catch::Contains("its process has ended"));
}
