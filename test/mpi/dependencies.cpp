#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace dependency_kernels {

int same(int x) { return x; }
int fail(int x) { throw std::runtime_error("no luck with " + std::to_string(x)); }
int fail_odd(int x) { return x % 2 == 0 ? x : fail(x); }
int where(farm::Engine& here) { return here.id().rank(); }
int where_with(farm::Engine& here, int) { return here.id().rank(); }

}  // namespace dependency_kernels

namespace {

namespace k = dependency_kernels;

// Without engines to run it there is no time between two tasks.
farm::Time started(const farm::ResultHandle& handle) { return *handle.info().started; }
farm::Time completed(const farm::ResultHandle& handle) { return *handle.info().completed; }

}  // namespace

TEST_CASE("A task starts after the one it waits for has completed", "[dependencies][b85]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto first = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  auto second = tasks.with({.after = first}).apply(farm::kernel<&k::same>, 2);
  auto third =
      tasks.with({.after = farm::all_of(first, second)}).map(farm::kernel<&k::same>, numbers(100));
  REQUIRE_FALSE(second.wait(farm::Seconds{0.05}));
  REQUIRE_FALSE(first.ready());
  gate.open();
  REQUIRE(third.get() == numbers(100));
  REQUIRE(second.get() == 2);
  REQUIRE(started(second) >= completed(first));
  REQUIRE(started(third) >= completed(second));
}

TEST_CASE("Tasks that follow another one run on its engine", "[dependencies][b86]") {
  auto tasks = client().load_balanced().with({.chunk = 1});
  for (int round = 0; round < 5; ++round) {
    auto first = tasks.apply(farm::kernel<&k::where>);
    auto next = tasks.with({.follow = first}).map(farm::kernel<&k::where_with>, numbers(20));
    for (const int engine : next) REQUIRE(engine == first.get());
    auto any = tasks.with({.follow = farm::any_of(next, first)}).apply(farm::kernel<&k::where>);
    REQUIRE(any.get() == first.get());
  }
}

TEST_CASE("To follow tasks of several engines is impossible", "[dependencies][b86]") {
  if (client().size() < 2) return;
  auto everywhere = client().direct().apply(farm::kernel<&k::where>);
  auto tasks = client().load_balanced();
  auto all = tasks.with({.follow = farm::all_of(everywhere)}).apply(farm::kernel<&k::where>);
  REQUIRE_THROWS_AS(all.get(), farm::ImpossibleDependency);
  auto any = tasks.with({.follow = farm::any_of(everywhere)}).apply(farm::kernel<&k::where>);
  REQUIRE(any.get() > 0);
  auto elsewhere =
      client().load_balanced({1}).with({.follow = client()[2].apply(farm::kernel<&k::where>)});
  REQUIRE_THROWS_AS(elsewhere.apply(farm::kernel<&k::where>).get(), farm::ImpossibleDependency);
}

TEST_CASE("A dependency on an unknown id is refused by the call", "[dependencies][b88]") {
  auto tasks = client().load_balanced();
  const farm::TaskId last = tasks.apply(farm::kernel<&k::same>, 1).info().id;
  const farm::TaskId unknown{number(last) + 1};
  REQUIRE_THROWS_AS(tasks.with({.after = unknown}).apply(farm::kernel<&k::same>, 1),
                    farm::InvalidDependency);
  REQUIRE_THROWS_AS(tasks.with({.follow = unknown}).apply(farm::kernel<&k::same>, 1),
                    farm::InvalidDependency);
  REQUIRE_THROWS_AS(tasks.with({.after = farm::AsyncResult<int>()}), farm::InvalidDependency);
}

// A task can name only what was submitted before it, so that there is no way to build a circle.
TEST_CASE("A task cannot wait for itself", "[dependencies][b88]") {
  auto tasks = client().load_balanced();
  const farm::TaskId last = tasks.apply(farm::kernel<&k::same>, 1).info().id;
  const farm::TaskId itself{number(last) + 1};
  REQUIRE_THROWS_WITH(tasks.with({.after = itself}).apply(farm::kernel<&k::same>, 1),
                      Catch::Contains("only for what was submitted before it"));
  REQUIRE(tasks.with({.after = last}).apply(farm::kernel<&k::same>, 1).info().id == itself);
}

TEST_CASE("The first failure makes what waits for all impossible", "[dependencies][b89]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto bad = tasks.apply(farm::kernel<&k::fail>, 3);
  bad.wait();
  auto held = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  auto next = tasks.with({.after = farm::all_of(held, bad)}).apply(farm::kernel<&k::same>, 1);
  auto last = tasks.with({.after = next}).map(farm::kernel<&k::same>, numbers(3));
  REQUIRE_THROWS_AS(next.get(), farm::ImpossibleDependency);
  REQUIRE_FALSE(held.ready());
  REQUIRE_THROWS_WITH(
      last.outcome(1).value(),
      Catch::Contains("(dependency_kernels::same) cannot run: they need task ") &&
          Catch::Contains("(dependency_kernels::same), which cannot run: it needs task ") &&
          Catch::EndsWith("(dependency_kernels::fail), which failed: std::runtime_error: no luck "
                          "with 3"));
  REQUIRE_THROWS_AS(bad.get(), farm::RemoteError);
}

TEST_CASE("One success meets a dependency on any, and only all failures make it impossible",
          "[dependencies][b90]") {
  auto tasks = client().load_balanced();
  auto bad = tasks.apply(farm::kernel<&k::fail>, 1);
  auto worse = tasks.apply(farm::kernel<&k::fail>, 2);
  auto good = tasks.apply(farm::kernel<&k::same>, 3);
  auto met = tasks.with({.after = farm::any_of(bad, good)}).apply(farm::kernel<&k::same>, 1);
  auto never = tasks.with({.after = farm::any_of(bad, worse)}).apply(farm::kernel<&k::same>, 1);
  REQUIRE(met.get() == 1);
  REQUIRE_THROWS_AS(never.get(), farm::ImpossibleDependency);
  auto mixed = tasks.map(farm::kernel<&k::fail_odd>, numbers(10));
  REQUIRE(tasks.with({.after = farm::any_of(mixed)}).apply(farm::kernel<&k::same>, 1).get() == 1);
  mixed.outcomes();
  bad.outcome();
  worse.outcome();
}

TEST_CASE("A dependency on success and failure is met by any end, and one on neither is refused",
          "[dependencies][b92]") {
  auto tasks = client().load_balanced();
  auto bad = tasks.apply(farm::kernel<&k::fail>, 1);
  auto good = tasks.apply(farm::kernel<&k::same>, 1);
  auto both = tasks.with({.after = farm::all_of(bad, good).on_completion()});
  REQUIRE(both.apply(farm::kernel<&k::same>, 5).get() == 5);
  auto failure = tasks.with({.after = farm::Dependency(bad).on_failure()});
  REQUIRE(failure.apply(farm::kernel<&k::same>, 6).get() == 6);
  auto never = tasks.with({.after = farm::Dependency(good).on_failure()});
  REQUIRE_THROWS_AS(never.apply(farm::kernel<&k::same>, 6).get(), farm::ImpossibleDependency);
  REQUIRE_THROWS_AS(farm::all_of(bad, good).on(false, false), farm::InvalidDependency);
}

TEST_CASE("Every node of a graph runs after all it depends on", "[dependencies][b94]") {
  constexpr std::size_t nodes = 32;
  constexpr std::size_t edges = 128;
  std::mt19937 random(3);
  std::vector<std::vector<std::size_t>> before(nodes);
  for (std::size_t edge = 0; edge < edges; ++edge) {
    const std::size_t to = 1 + random() % (nodes - 1);
    before[to].push_back(random() % to);
  }
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<int>> results;
  for (std::size_t node = 0; node < nodes; ++node) {
    std::vector<farm::AsyncResult<int>> after;
    for (const std::size_t one : before[node]) after.push_back(results[one]);
    results.push_back(tasks.with({.after = farm::all_of(after)})
                          .apply(farm::kernel<&k::same>, static_cast<int>(node)));
  }
  for (std::size_t node = 0; node < nodes; ++node) {
    REQUIRE(results[node].get() == static_cast<int>(node));
    for (const std::size_t one : before[node]) {
      REQUIRE(started(results[node]) >= completed(results[one]));
    }
  }
}

TEST_CASE("An invalid option is refused when it is set", "[dependencies][b100]") {
  auto tasks = client().load_balanced();
  REQUIRE_THROWS_AS(tasks.with({.timeout = farm::Seconds{-1}}), std::invalid_argument);
  REQUIRE_THROWS_AS(tasks.with({.run_limit = farm::Seconds{-1}}), std::invalid_argument);
  REQUIRE_THROWS_AS(tasks.with({.affinity = {{1000}}}), std::invalid_argument);
}

TEST_CASE("Cancelling what others wait for fails them", "[dependencies][b112]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto held = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  auto waits = tasks.with({.after = held}).apply(farm::kernel<&k::same>, 1);
  auto next = tasks.with({.after = waits}).apply(farm::kernel<&k::same>, 1);
  REQUIRE(client().abort(waits.info().id));
  REQUIRE_FALSE(client().abort(waits.info().id));
  REQUIRE_THROWS_AS(waits.get(), farm::TaskAborted);
  REQUIRE_THROWS_WITH(next.get(), Catch::EndsWith("which was cancelled"));
  REQUIRE_FALSE(held.ready());
}

TEST_CASE("A view's abort cancels all that is outstanding in it", "[dependencies][b114][b116]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  const int engines = static_cast<int>(client().size());
  auto running =
      tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(engines));
  auto queued = tasks.map(farm::kernel<&k::same>, numbers(50));
  auto waits = tasks.with({.after = running}).map(farm::kernel<&k::same>, numbers(20));
  auto then = tasks.with({.after = waits}).apply(farm::kernel<&k::same>, 1);
  auto other = client().load_balanced().apply(farm::kernel<&k::same>, 7);
  REQUIRE(tasks.abort() == 71);
  for (const auto& handle : {queued, waits}) {
    REQUIRE(handle.ready());
    REQUIRE_THROWS_AS(handle.outcome(3).value(), farm::TaskAborted);
  }
  REQUIRE_THROWS_AS(then.get(), farm::TaskAborted);
  REQUIRE_FALSE(running.ready());
  gate.open();
  REQUIRE(running.get() == numbers(engines));
  REQUIRE(other.get() == 7);
}
