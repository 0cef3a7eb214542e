#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace order_kernels {

int same(int x) { return x; }
std::uint64_t task_of(farm::Engine& here, int) { return farm::number(here.task()); }
int waits(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  return milliseconds;
}

}  // namespace order_kernels

using namespace order_kernels;

namespace {

farm::AsyncMapResult<int> hold_all(const farm::LoadBalancedView& tasks,
                                   const farm_test::Gate& gate) {
  return tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()),
                   numbers(static_cast<int>(client().size())));
}

farm::LoadBalancedView on_one_engine() {
  return client().load_balanced({client().ids().front()}).with({.chunk = 1, .hwm = 1});
}

}  // namespace

TEST_CASE("Higher priorities start first", "[order]") {
  const farm_test::Gate gate;
  auto tasks = on_one_engine();
  auto running = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 0);
  auto low = tasks.with({.priority = -1}).apply(farm::kernel<&same>, 1);
  auto middle = tasks.apply(farm::kernel<&same>, 2);
  auto high = tasks.with({.priority = 5}).apply(farm::kernel<&same>, 3);
  gate.open();
  client().wait();
  REQUIRE(*high.info().started <= *middle.info().started);
  REQUIRE(*middle.info().started <= *low.info().started);
}

TEST_CASE("The tasks of the largest cost start first", "[order]") {
  const farm_test::Gate gate;
  auto tasks = on_one_engine();
  auto running = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 0);
  auto costed = tasks.cost([](int x) { return (x * 7) % 20; });
  auto result = costed.map(farm::kernel<&task_of>, numbers(20));
  gate.open();
  const auto ids = result.get();
  for (std::size_t i = 0; i < 20; ++i) {
    // Each result is its own item's, whatever the order.
    REQUIRE(ids[i] == farm::number(result.info(i).id));
    for (std::size_t k = 0; k < 20; ++k) {
      if ((i * 7) % 20 > (k * 7) % 20) {
        REQUIRE(*result.info(i).started <= *result.info(k).started);
      }
    }
  }
}

TEST_CASE("A cost is a finite number of 0 or more", "[order]") {
  auto tasks = client().load_balanced();
  for (const double wrong : {-1.0, std::nan(""), HUGE_VAL}) {
    const auto costed = tasks.cost([wrong](int) { return wrong; });
    REQUIRE_THROWS_AS(costed.map(farm::kernel<&same>, numbers(10)), std::invalid_argument);
    REQUIRE_THROWS_AS(costed.apply(farm::kernel<&same>, 1), std::invalid_argument);
  }
  REQUIRE(tasks.cost([](int) { return 0; }).map(farm::kernel<&same>, numbers(50)).get() ==
          numbers(50));
}

TEST_CASE("Costs are learned where inputs repeat", "[order]") {
  auto tasks = on_one_engine().with({.order = farm::Order::longest_first});
  const std::vector<int> inputs{1, 8, 2, 12, 3};
  REQUIRE(tasks.map(farm::kernel<&waits>, inputs).get() == inputs);
  const farm_test::Gate gate;
  auto running = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 0);
  auto again = tasks.map(farm::kernel<&waits>, inputs);
  gate.open();
  REQUIRE(again.get() == inputs);
  REQUIRE(*again.info(3).started < *again.info(0).started);
  REQUIRE(*again.info(1).started < *again.info(2).started);
}

TEST_CASE("Views of one farm share its engines by their weights", "[order]") {
  const farm_test::Gate gate;
  auto first = on_one_engine();
  auto running = first.apply(farm::kernel<&farm_test::hold>, gate.path(), 0);
  const std::vector<int> ones(60, 1);
  auto light = first.map(farm::kernel<&waits>, ones);
  auto heavy = on_one_engine().with({.weight = 3}).map(farm::kernel<&waits>, ones);
  gate.open();
  heavy.wait();
  // While the heavy one ran its 60, the light one had about a third of that.
  std::size_t before = 0;
  const auto end = *heavy.info(59).completed;
  light.wait();
  for (std::size_t i = 0; i < 60; ++i) before += *light.info(i).completed <= end ? 1 : 0;
  REQUIRE(before >= 5);
  REQUIRE(before <= 45);
}

TEST_CASE("A handle knows about how long its tasks still take", "[order]") {
  const farm_test::Gate gate;
  auto tasks = on_one_engine();
  REQUIRE(tasks.map(farm::kernel<&waits>, std::vector<int>(8, 10)).get().size() == 8);
  auto running = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 0);
  auto queued = tasks.map(farm::kernel<&waits>, std::vector<int>(50, 10));
  const auto left = queued.time_left();
  REQUIRE(left.has_value());
  REQUIRE(*left >= farm::Seconds{0.4});
  REQUIRE(*left <= farm::Seconds{5});
  gate.open();
  queued.wait();
  REQUIRE(queued.time_left()->count() == 0);
}

TEST_CASE("Every scheme places all tasks", "[order]") {
  for (const farm::Scheme scheme :
       {farm::Scheme::leastload, farm::Scheme::lru, farm::Scheme::plainrandom, farm::Scheme::twobin,
        farm::Scheme::weighted}) {
    auto tasks = client().load_balanced().with({.chunk = 3, .hwm = 2, .scheme = scheme});
    REQUIRE(tasks.map(farm::kernel<&same>, numbers(1000)).get() == numbers(1000));
  }
}

TEST_CASE("The farm explains why a task does not run", "[order][explain]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto running = hold_all(tasks, gate);
  auto queued = tasks.apply(farm::kernel<&same>, 1);
  auto waiting = tasks.with({.after = farm::all_of(queued)}).apply(farm::kernel<&same>, 2);
  REQUIRE_THAT(client().explain(running, 0), Catch::Contains("on engine"));
  REQUIRE_THAT(client().explain(queued), Catch::Contains("order_kernels::same"));
  REQUIRE_THAT(client().explain(queued), Catch::Contains("full"));
  REQUIRE_THAT(client().explain(waiting), Catch::Contains("waits for task"));
  gate.open();
  client().wait();
  REQUIRE_THAT(client().explain(waiting), Catch::Contains("done"));
}
