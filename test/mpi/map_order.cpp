#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace order_kernels {

int triple(int x) { return 3 * x; }

int fails_at_30(int x) {
  if (x == 30) throw std::runtime_error("thirty");
  return x;
}

// Item 0 waits at the gate, the others pass.
int hold_first(const std::string& gate, int x) { return x == 0 ? farm_test::hold(gate, x) : x; }

}  // namespace order_kernels

namespace {

void check_order(farm::CountOrAutomatic chunk, int n) {
  INFO("chunk " << (chunk.is_automatic() ? 0 : chunk.count()));
  auto tasks = client().load_balanced().with({.chunk = chunk});
  const std::vector<int> result = tasks.map(farm::kernel<&order_kernels::triple>, numbers(n)).get();
  REQUIRE(result.size() == static_cast<std::size_t>(n));
  int wrong = 0;
  for (int i = 0; i < n; ++i) wrong += result[static_cast<std::size_t>(i)] != 3 * i ? 1 : 0;
  REQUIRE(wrong == 0);
}

}  // namespace

TEST_CASE("A million results keep input order at every chunk size", "[map][order]") {
  check_order(1, 1'000'000);
  check_order(7, 1'000'000);
  check_order(1000, 1'000'000);
  check_order(2'000'000, 1'000'000);
  check_order(farm::automatic, 1'000'000);
}

TEST_CASE("Twenty thousand items come back in order", "[map][order][np64]") {
  check_order(1, 20'000);
  check_order(farm::automatic, 20'000);
}

TEST_CASE("Every high-water mark gives the same results", "[map][hwm]") {
  std::vector<int> expected = numbers(3000);
  for (int& x : expected) x *= 3;
  for (const int hwm : {0, 1, 2, 3, 100}) {
    for (const farm::CountOrAutomatic chunk :
         {farm::CountOrAutomatic(1), farm::CountOrAutomatic(11),
          farm::CountOrAutomatic(farm::automatic)}) {
      INFO("hwm " << hwm);
      auto tasks = client().load_balanced().with({.chunk = chunk, .hwm = hwm});
      REQUIRE(tasks.map(farm::kernel<&order_kernels::triple>, numbers(3000)).get() == expected);
    }
  }
}

TEST_CASE("An ordered map yields input order although later items finish first", "[map][b064]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto result =
      tasks.map(farm::bind(farm::kernel<&order_kernels::hold_first>, gate.path()), numbers(50));
  if (client().size() >= 2) {
    // One engine is held by item 0; the others do the rest.
    REQUIRE(farm::wait({result}, farm::When::all_completed, farm::Seconds{0.2}).done.empty());
    while (result.progress() < 49) client().wait(farm::Seconds{0.01});
  }
  gate.open();
  int next = 0;
  for (const int x : result) REQUIRE(x == next++);
  REQUIRE(next == 50);
}

TEST_CASE("An unordered map yields what completes first", "[map][b065]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto result = tasks.map_unordered(
      farm::bind(farm::kernel<&order_kernels::hold_first>, gate.path()), numbers(50));
  if (client().size() < 2) gate.open();  // one engine alone runs them one after the other
  std::vector<int> order;
  for (const int x : result) {
    order.push_back(x);
    if (order.size() == 49) gate.open();
  }
  REQUIRE(result.get() == order);
  if (client().size() >= 2) REQUIRE(order.back() == 0);
  std::sort(order.begin(), order.end());
  REQUIRE(order == numbers(50));
}

TEST_CASE("Ordered iteration yields what stands before a failure and then throws it",
          "[map][b070]") {
  for (const int chunk : {1, 7, 100}) {
    auto tasks = client().load_balanced().with({.chunk = chunk});
    auto result = tasks.map(farm::kernel<&order_kernels::fails_at_30>, numbers(100));
    std::vector<int> seen;
    auto it = result.begin();
    for (; seen.size() < 30; ++it) seen.push_back(*it);
    REQUIRE(seen == numbers(30));
    REQUIRE_THROWS_AS(*it, farm::RemoteError);
    // What comes after it is not lost.
    ++it;
    REQUIRE(*it == 31);
  }
}

TEST_CASE("Iteration with a limit yields what is ready and then throws", "[map][b072]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1});
  auto free = tasks.map(farm::kernel<&order_kernels::triple>, numbers(20));
  REQUIRE(free.get(farm::Seconds{60}).size() == 20);
  auto list = std::vector<std::string>(20);
  list[19] = gate.path();
  auto result = tasks.map(farm::kernel<&farm_test::hold_if>, list, numbers(20));
  while (result.progress() < 19) client().wait(farm::Seconds{0.01});
  int seen = 0;
  const auto read = [&](const auto& range) {
    for (const int x : range) REQUIRE(x == seen++);
  };
  REQUIRE_THROWS_AS(read(result.within(farm::Seconds{0.1})), farm::TimeoutError);
  REQUIRE(seen == 19);
  REQUIRE_THROWS_AS(result.get(farm::Seconds{0}), farm::TimeoutError);
  std::size_t completed = 0;
  const auto count = [&](const auto& range) {
    for (const auto& outcome : range) completed += outcome.ok() ? 1 : 0;
  };
  REQUIRE_THROWS_AS(count(result.as_completed(farm::Seconds{0.1})), farm::TimeoutError);
  REQUIRE(completed == 19);
  gate.open();
  seen = 0;
  read(result.within(farm::Seconds{60}));
  REQUIRE(seen == 20);
}
