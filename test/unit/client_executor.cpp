#include <catch2/catch.hpp>

#include "threaded_farm.hpp"

using unit::counted;
using unit::ThreadedFarm;

TEST_CASE("an executor submits, maps and shuts down", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  farm::Executor executor(farm.client);
  CHECK(executor.num_workers() == 2);
  const auto one = executor.submit(farm::kernel<&unit::square>, 5);
  const auto many = executor.map(farm::kernel<&unit::square>, counted(20));
  executor.shutdown();
  CHECK(one.ready());
  CHECK(many.ready());
  CHECK(one.get() == 25);
  CHECK_THROWS_AS(executor.submit(farm::kernel<&unit::square>, 5), std::runtime_error);
  executor.shutdown(false, true);
}

TEST_CASE("an executor uses as many engines as it was told", "[unit][client]") {
  ThreadedFarm farm(3);
  farm::Executor executor(farm.client, {.max_workers = 1});
  CHECK(executor.num_workers() == 1);
  for (const int engine : executor.map(farm::kernel<&unit::where>, counted(10))) {
    CHECK(engine == 1);
  }
  CHECK_THROWS_AS(farm::Executor(farm.client, {.max_workers = 0}), std::invalid_argument);
}

TEST_CASE("an executor that is shut down can drop what has not started", "[unit][client]") {
  ThreadedFarm farm(1, true, unit::one_by_one());
  unit::Gate gate;
  farm::Executor executor(farm.client);
  const auto running = executor.submit(farm::kernel<&unit::Gate::pass>, 1);
  const auto queued = executor.submit(farm::kernel<&unit::square>, 2);
  CHECK(unit::eventually([] { return unit::Gate::waiting == 1; }));
  executor.shutdown(false, true);
  CHECK(queued.cancelled());
  unit::Gate::open = true;
  CHECK(running.get() == 1);
  CHECK_THROWS_AS(queued.get(), farm::TaskAborted);
}

TEST_CASE("an initializer runs once on each engine before any task", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  farm::Executor executor(farm.client, {}, farm::kernel<&unit::fails_on>, 99);
  CHECK(executor.map(farm::kernel<&unit::square>, counted(10)).get().size() == 10);
  executor.bootup();
  CHECK(executor.num_workers() == 2);
}

TEST_CASE("an executor is broken when its initializer fails on an engine", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false), unit::one_by_one());
  farm::Executor executor(farm.client, {}, farm::kernel<&unit::fails_on>, 2);
  executor.bootup();
  farm.client.wait();
  CHECK(executor.num_workers() == 0);
  CHECK_THROWS_AS(executor.submit(farm::kernel<&unit::square>, 1), farm::BrokenExecutor);
  CHECK(farm.client.load_balanced().apply(farm::kernel<&unit::square>, 3).get() == 9);
}

TEST_CASE("executors of several threads share the engines", "[unit][client]") {
  ThreadedFarm farm(2);
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 3; ++user) {
      users.emplace_back([&] {
        farm::Executor executor(farm.client);
        for (int i = 0; i < 30; ++i) {
          if (executor.submit(farm::kernel<&unit::square>, i).get() == i * i) ++right;
        }
      });
    }
  }
  CHECK(right == 90);
}
