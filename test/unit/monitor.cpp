// The monitor with real threads around it. The thread sanitizer is the judge of most of this.

#include "hub/monitor.hpp"

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "threaded_farm.hpp"

using namespace std::chrono_literals;
using unit::counted;
using unit::eventually;
using unit::ThreadedFarm;

TEST_CASE("several threads submit and wait at once", "[unit][monitor]") {
  const bool progress = GENERATE(true, false);
  CAPTURE(progress);
  ThreadedFarm farm(3, progress);
  const auto view = farm.client.load_balanced();
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 4; ++user) {
      users.emplace_back([&, user] {
        for (int round = 0; round < 15; ++round) {
          const auto one = view.apply(farm::kernel<&unit::square>, user + round);
          const auto many = view.map(farm::kernel<&unit::repeat>, counted(30));
          const auto dropped = view.map(farm::kernel<&unit::square>, counted(10)).size();
          if (one.get() == (user + round) * (user + round)) ++right;
          if (many.get().at(29).size() == 29 && dropped == 10) ++right;
        }
      });
    }
  }
  CHECK(right == 4 * 15 * 2);
  CHECK(farm.client.wait());
  CHECK(farm.client.outstanding() == 0);
}

TEST_CASE("the progress thread moves the farm while nobody waits", "[unit][monitor]") {
  ThreadedFarm farm(2, true);
  std::atomic<bool> called{false};
  const auto result = farm.client.load_balanced().map(farm::kernel<&unit::square>, counted(200));
  farm.monitor.on_done(*result.batch(), farm::detail::RunBy::anybody, [&] { called = true; });
  CHECK(eventually([&] { return called.load(); }));
  CHECK(result.progress() == 200);
}

TEST_CASE("without a progress thread the farm moves when somebody asks", "[unit][monitor]") {
  ThreadedFarm farm(1, false);
  const auto view = farm.client.load_balanced().with({.chunk = 1, .hwm = 1});
  const auto result = view.map(farm::kernel<&unit::square>, counted(3));
  std::this_thread::sleep_for(20ms);
  CHECK(result.progress() == 0);
  CHECK(eventually([&] { return result.ready(); }));
}

TEST_CASE("a callback for the caller is not run by the progress thread", "[unit][monitor]") {
  ThreadedFarm farm(1, true);
  const auto result = farm.client.load_balanced().apply(farm::kernel<&unit::square>, 3);
  std::thread::id ran_by;
  std::atomic<int> anybody{0};
  farm.monitor.on_done(*result.batch(), farm::detail::RunBy::caller,
                       [&] { ran_by = std::this_thread::get_id(); });
  farm.monitor.on_done(*result.batch(), farm::detail::RunBy::anybody, [&] { ++anybody; });
  CHECK(eventually([&] { return anybody == 1; }));
  std::this_thread::sleep_for(5ms);
  farm.monitor.poll();
  CHECK(ran_by == std::this_thread::get_id());
  CHECK(anybody == 1);
}

TEST_CASE("a callback of what is over is run by the next who asks", "[unit][monitor]") {
  ThreadedFarm farm(1, GENERATE(true, false));
  const auto result = farm.client.load_balanced().apply(farm::kernel<&unit::square>, 3);
  result.wait();
  int called = 0;
  farm.monitor.on_done(*result.batch(), farm::detail::RunBy::caller, [&] { ++called; });
  farm.monitor.poll();
  CHECK(called == 1);
}

TEST_CASE("a callback may submit, wait and drop", "[unit][monitor]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto view = farm.client.load_balanced();
  std::atomic<int> depth{0};
  std::function<void(int)> deeper = [&](int level) {
    const auto result = view.apply(farm::kernel<&unit::square>, level);
    farm.monitor.on_done(*result.batch(), farm::detail::RunBy::anybody, [&, level, result] {
      depth = level;
      if (level < 20) deeper(level + 1);
    });
  };
  deeper(1);
  CHECK(farm.monitor.await([&] { return depth == 20; }, farm.monitor.now() + 10'000'000'000));
  farm.client.wait();
}

TEST_CASE("what is queued can be cancelled while other tasks run", "[unit][monitor]") {
  ThreadedFarm farm(2, GENERATE(true, false), unit::one_by_one());
  unit::Gate gate;
  const auto view = farm.client.load_balanced();
  const auto running = view.map(farm::kernel<&unit::Gate::pass>, counted(50));
  CHECK(eventually([] { return unit::Gate::waiting == 2; }));
  CHECK(running.cancel() == 48);
  CHECK(running.cancelled());
  CHECK_FALSE(running.ready());
  unit::Gate::open = true;
  CHECK(running.outcome(0).value() == 0);
  CHECK_THROWS_AS(running.outcome(49).value(), farm::TaskAborted);
  CHECK_THROWS_AS(running.get(), farm::CompositeError);
  CHECK(running.cancel() == 0);
}

TEST_CASE("a wait with a limit ends in time and can be repeated", "[unit][monitor]") {
  ThreadedFarm farm(1, GENERATE(true, false));
  unit::Gate gate;
  const auto result = farm.client.load_balanced().apply(farm::kernel<&unit::Gate::pass>, 7);
  CHECK_THROWS_AS(result.get(5ms), farm::TimeoutError);
  CHECK_THROWS_AS(result.get(0s), farm::TimeoutError);
  CHECK_FALSE(result.wait(5ms));
  CHECK_FALSE(farm.client.wait(5ms));
  CHECK(farm.client.outstanding() == 1);
  CHECK_THROWS_AS(result.wait(-1s), std::invalid_argument);
  unit::Gate::open = true;
  CHECK(result.get(30s) == 7);
  CHECK(farm.client.wait(30s));
}

TEST_CASE("threads cancel what others wait for", "[unit][monitor]") {
  ThreadedFarm farm(2, true, unit::one_by_one());
  const auto view = farm.client.load_balanced();
  std::atomic<std::uint64_t> ended{0};
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 3; ++user) {
      users.emplace_back([&] {
        for (int round = 0; round < 10; ++round) {
          const auto result = view.map(farm::kernel<&unit::square>, counted(40));
          const std::jthread other([result] { result.cancel(); });
          result.wait();
          ended += result.progress();
        }
      });
    }
  }
  CHECK(ended == 3 * 10 * 40);
}

TEST_CASE("a peer that speaks another language ends the farm for everybody", "[unit][monitor]") {
  ThreadedFarm farm(1, GENERATE(true, false));
  unit::Gate gate;
  const auto result = farm.client.load_balanced().apply(farm::kernel<&unit::Gate::pass>, 1);
  farm::Buffer nonsense;
  nonsense.append("nonsense", 8);
  farm.network.at(1).send(0, std::move(nonsense));
  CHECK_THROWS_AS(result.get(), farm::wire::FrameError);
  CHECK_THROWS_AS(result.get(), farm::wire::FrameError);
  CHECK_THROWS_AS(farm.client.load_balanced().apply(farm::kernel<&unit::square>, 1),
                  farm::wire::FrameError);
}

TEST_CASE("the last word asks for the counts without waiting long", "[unit][monitor]") {
  ThreadedFarm farm(1, true);
  farm.client.load_balanced().map(farm::kernel<&unit::square>, counted(5)).wait();
  const auto totals = farm.monitor.totals_within(1'000'000'000);
  REQUIRE(totals);
  CHECK(totals->done == 5);
}
