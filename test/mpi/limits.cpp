#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm::Seconds;
using farm_test::client;
using farm_test::numbers;

namespace limit_kernels {

int same(int x) { return x; }
int sleeps(farm::Engine& here, double seconds) {
  here.sleep_for(Seconds{seconds});
  return here.id().rank();
}
// Computes until it is told to stop, at most half a minute.
int computes(farm::Engine& here, int) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    if (here.stop_requested()) return 7;
  }
  throw std::runtime_error("nobody asked it to stop");
}
int checks(farm::Engine& here) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) here.check_stop();
  throw std::runtime_error("nobody asked it to stop");
}
int slow_at_first(farm::Engine& here) {
  if (here.attempt() == 1) here.sleep_for(Seconds{30});
  return here.attempt();
}

}  // namespace limit_kernels

using namespace limit_kernels;

namespace {

farm::AsyncMapResult<int> hold_all(const farm::LoadBalancedView& tasks,
                                   const farm_test::Gate& gate) {
  return tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()),
                   numbers(static_cast<int>(client().size())));
}

void await_running(const farm::ResultHandle& handle) {
  while (client().explain(handle).find("run") == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    handle.ready();
  }
  // On the engine, and a moment later under way.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

}  // namespace

TEST_CASE("A task still queued when its timeout ends fails with TaskTimeout", "[limits][b105]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto running = hold_all(tasks, gate);
  auto late = tasks.with({.timeout = Seconds{0.05}}).apply(farm::kernel<&same>, 1);
  auto many = tasks.with({.timeout = Seconds{0.05}}).map(farm::kernel<&same>, numbers(1000));
  auto kept = tasks.with({.timeout = Seconds{1000}}).apply(farm::kernel<&same>, 2);
  REQUIRE_THROWS_AS(late.get(), farm::TaskTimeout);
  REQUIRE_THROWS_WITH(late.get(), Catch::Contains("limit_kernels::same"));
  REQUIRE_THROWS_AS(many.get(), farm::CompositeError);
  REQUIRE_FALSE(late.cancelled());
  REQUIRE_FALSE(running.ready());
  gate.open();
  REQUIRE(kept.get() == 2);
}

TEST_CASE("A task past its run-time limit is asked to stop", "[limits][b105]") {
  auto tasks = client().load_balanced().with({.run_limit = Seconds{0.05}});
  auto slow = tasks.apply(farm::kernel<&sleeps>, 30.0);
  REQUIRE_THROWS_AS(slow.get(Seconds{20}), farm::TaskTimeout);
  auto busy = tasks.apply(farm::kernel<&checks>);
  REQUIRE_THROWS_AS(busy.get(Seconds{20}), farm::TaskTimeout);
  auto quick = tasks.map(farm::kernel<&same>, numbers(1000));
  REQUIRE(quick.get() == numbers(1000));
}

TEST_CASE("A task past its run-time limit is tried again", "[limits][retries]") {
  auto result = client()
                    .load_balanced()
                    .with({.retries = 1, .run_limit = Seconds{0.05}})
                    .apply(farm::kernel<&slow_at_first>);
  REQUIRE(result.get(Seconds{20}) == 2);
}

TEST_CASE("A kernel that heeds the stop may still give a value", "[limits]") {
  auto result = client().load_balanced().apply(farm::kernel<&computes>, 0);
  await_running(result);
  REQUIRE(result.stop() == 1);
  REQUIRE(result.get(Seconds{20}) == 7);
}

TEST_CASE("Stopping a map ends what runs and drops what is queued", "[limits]") {
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 4});
  auto result = tasks.map(farm::kernel<&sleeps>, std::vector<double>(100, 30.0));
  result.stop();
  REQUIRE(result.wait(Seconds{20}));
  for (const farm::Outcome<int>& outcome : result.outcomes()) {
    REQUIRE_FALSE(outcome.ok());
    try {
      outcome.value();
    } catch (const farm::TaskAborted&) {
    } catch (const farm::Interrupted&) {
    }
  }
}

TEST_CASE("An interrupt ends a sleeping task on every engine", "[limits][b118]") {
  auto sleepers = client().direct().apply(farm::kernel<&sleeps>, 30.0);
  auto tasks = client().load_balanced().map(farm::kernel<&sleeps>, std::vector<double>(20, 30.0));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  client().interrupt();
  REQUIRE(sleepers.wait(Seconds{20}));
  REQUIRE(tasks.wait(Seconds{20}));
  REQUIRE_THROWS_AS(sleepers.get(), farm::CompositeError);
  // The farm goes on.
  REQUIRE(client().load_balanced().map(farm::kernel<&same>, numbers(100)).get() == numbers(100));
}

TEST_CASE("A queued task behind a long one is taken over by an idle engine", "[retraction]") {
  if (client().size() < 2) return;
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 8});
  auto hold = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  await_running(hold);
  auto others = tasks.map(farm::kernel<&same>, numbers(static_cast<int>(8 * client().size())));
  REQUIRE(others.wait(Seconds{20}));
  REQUIRE_FALSE(hold.ready());
}

TEST_CASE("An interrupt ends chains of which parts are over already", "[limits][dependencies]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto held = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  std::vector<farm::AsyncResult<int>> sums;
  for (int i = 0; i < 20; ++i) {
    sums.push_back(
        tasks.apply([](int a, int b) { return a + b; }, tasks.apply(farm::kernel<&same>, i), held));
  }
  client().interrupt();
  gate.open();
  for (const auto& sum : sums) {
    REQUIRE(sum.wait(Seconds{20}));
    REQUIRE_FALSE(sum.successful());
  }
}
