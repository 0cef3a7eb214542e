#include <catch2/catch.hpp>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace cancel_kernels {

int same(int x) { return x; }

}  // namespace cancel_kernels

namespace {

// One held task on each engine and nothing behind them.
farm::AsyncMapResult<int> hold_all(const farm::LoadBalancedView& tasks,
                                   const farm_test::Gate& gate) {
  return tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()),
                   numbers(static_cast<int>(client().size())));
}

}  // namespace

TEST_CASE("A queued task that is cancelled throws TaskAborted", "[cancel][b112][b117]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto running = hold_all(tasks, gate);
  auto queued = tasks.apply(farm::kernel<&cancel_kernels::same>, 1);
  auto kept = tasks.apply(farm::kernel<&cancel_kernels::same>, 2);
  REQUIRE(queued.cancel() == 1);
  REQUIRE(queued.ready());
  REQUIRE(queued.cancelled());
  REQUIRE_FALSE(queued.successful());
  REQUIRE_THROWS_AS(queued.get(), farm::TaskAborted);
  REQUIRE_THROWS_WITH(queued.get(), Catch::Contains("cancel_kernels::same"));
  REQUIRE_FALSE(queued.outcome().ok());
  REQUIRE(queued.info().attempt == 0);
  REQUIRE(queued.cancel() == 0);
  REQUIRE_FALSE(kept.cancelled());
  gate.open();
  REQUIRE(kept.get() == 2);
  REQUIRE(running.get() == numbers(static_cast<int>(client().size())));
}

TEST_CASE("What runs is not affected by a cancel, and cannot be cancelled",
          "[cancel][b113][b117]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  const std::size_t engines = client().size();
  auto result = tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(100));
  REQUIRE(result.cancel() == 100 - engines);
  REQUIRE(result.progress() == 100 - engines);
  REQUIRE_FALSE(result.ready());
  gate.open();
  result.wait();
  REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
  const auto outcomes = result.outcomes();
  for (std::size_t i = 0; i < 100; ++i) {
    REQUIRE(outcomes[i].ok() == (i < engines));
    if (i >= engines) REQUIRE_THROWS_AS(outcomes[i].value(), farm::TaskAborted);
  }
  REQUIRE(result.cancel() == 0);
}

// The original blocks behind the running job; here cancel answers at once.
TEST_CASE("Cancel does not wait for running tasks", "[cancel][b116]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto running = hold_all(tasks, gate);
  auto queued = tasks.map(farm::kernel<&cancel_kernels::same>, numbers(1000));
  REQUIRE(queued.cancel() == 1000);
  REQUIRE(queued.ready());
  REQUIRE_FALSE(running.ready());
  REQUIRE(client().outstanding() == client().size());
}

TEST_CASE("Cancelling one map leaves the others alone", "[cancel][b113]") {
  auto tasks = client().load_balanced();
  for (int round = 0; round < 20; ++round) {
    auto doomed = tasks.map(farm::kernel<&cancel_kernels::same>, numbers(2000));
    auto kept = tasks.map(farm::kernel<&cancel_kernels::same>, numbers(500));
    const std::size_t cancelled = doomed.cancel();
    REQUIRE(kept.get() == numbers(500));
    doomed.wait();
    std::size_t aborted = 0;
    for (const farm::Outcome<int>& outcome : doomed.as_completed()) aborted += outcome.ok() ? 0 : 1;
    // Chunks that were on their way back from an engine are cancelled when they are here.
    REQUIRE(aborted >= cancelled);
  }
  REQUIRE(client().outstanding() == 0);
}

TEST_CASE("Cancelled items are counted as failures by waits", "[cancel]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto running = hold_all(tasks, gate);
  auto queued = tasks.apply(farm::kernel<&cancel_kernels::same>, 1);
  auto next = queued.then([](int x) { return x; });
  queued.cancel();
  const farm::Waited waited =
      farm::wait({running, queued}, farm::When::first_exception, farm::Seconds{60});
  REQUIRE(waited.done == std::vector<std::size_t>{1});
  REQUIRE_THROWS_AS(next.get(), farm::TaskAborted);
}
