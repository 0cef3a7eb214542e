#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace executor_kernels {

int power(int base, int exponent) {
  int result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}
int same(int x) { return x; }
int engine_of(farm::Engine& here, int) { return here.id().rank(); }

}  // namespace executor_kernels

using namespace executor_kernels;

// C++ has no named arguments: a lambda or a struct of options does their work.
TEST_CASE("An executor submits, maps and starmaps", "[executor][b159]") {
  farm::Executor executor(client());
  REQUIRE(executor.submit(farm::kernel<&power>, 2, 10).get() == 1024);
  REQUIRE(executor.map(farm::kernel<&power>, std::vector{2, 3, 4}, std::vector{1, 2, 3}).get() ==
          std::vector{2, 9, 64});
  const std::vector<std::pair<int, int>> pairs{{2, 2}, {3, 3}};
  REQUIRE(executor.starmap(farm::kernel<&power>, pairs).get() == std::vector{4, 27});
  REQUIRE(executor.map(farm::kernel<&same>, std::vector<int>()).get().empty());
  executor.set_options({.chunk = 3});
  REQUIRE(executor.map(farm::kernel<&same>, numbers(100)).get() == numbers(100));
}

TEST_CASE("Bootup twice is harmless and after shutdown everything is refused", "[executor][b160]") {
  farm::Executor executor(client());
  executor.bootup();
  executor.bootup();
  REQUIRE(executor.submit(farm::kernel<&same>, 1).get() == 1);
  executor.shutdown();
  REQUIRE_THROWS_AS(executor.bootup(), std::runtime_error);
  REQUIRE_THROWS_AS(executor.submit(farm::kernel<&same>, 1), std::runtime_error);
  REQUIRE_THROWS_AS(executor.map(farm::kernel<&same>, numbers(3)), std::runtime_error);
}

TEST_CASE("Shutdown finishes pending tasks first", "[executor][b161]") {
  farm::Executor executor(client());
  std::vector<farm::AsyncResult<int>> results;
  for (int i = 0; i < 50; ++i) results.push_back(executor.submit(farm::kernel<&same>, i));
  executor.shutdown();
  for (int i = 0; i < 50; ++i) {
    REQUIRE(results[static_cast<std::size_t>(i)].ready());
    REQUIRE(results[static_cast<std::size_t>(i)].get() == i);
  }
}

TEST_CASE("Shutdown with cancel drops what has not started and lets the rest end",
          "[executor][b161]") {
  const farm_test::Gate gate;
  farm::Executor executor(client());
  executor.set_options({.chunk = 1, .hwm = 1});
  auto result = executor.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(50));
  const std::size_t running = client().size();
  executor.shutdown(false, true);
  REQUIRE(result.progress() == 50 - running);
  gate.open();
  executor.shutdown(true, false);
  REQUIRE(result.ready());
  REQUIRE(result.cancelled());
  std::size_t done = 0;
  for (const auto& outcome : result.outcomes()) done += outcome.ok() ? 1 : 0;
  REQUIRE(done == running);
}

TEST_CASE("Shutdown can be repeated with any flags in any order", "[executor][b162]") {
  for (int order = 0; order < 4; ++order) {
    farm::Executor executor(client());
    auto result = executor.map(farm::kernel<&same>, numbers(20));
    executor.shutdown((order & 1) != 0, (order & 2) != 0);
    executor.shutdown(true, true);
    executor.shutdown(false, false);
    executor.shutdown();
    REQUIRE(result.ready());
    if (!result.successful()) REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
  }
}

TEST_CASE("An executor that ends waits for its results and leaves the engines running",
          "[executor][b164]") {
  farm::AsyncMapResult<int> result;
  {
    farm::Executor executor(client());
    result = executor.map(farm::kernel<&same>, numbers(200));
  }
  REQUIRE(result.ready());
  REQUIRE(result.get() == numbers(200));
  REQUIRE(client().load_balanced().apply(farm::kernel<&same>, 3).get() == 3);
}

TEST_CASE("Sixteen executors share one farm", "[executor][b167]") {
  std::vector<std::unique_ptr<farm::Executor>> executors;
  std::vector<std::vector<farm::AsyncResult<int>>> results(16);
  for (int e = 0; e < 16; ++e) executors.push_back(std::make_unique<farm::Executor>(client()));
  for (int i = 0; i < 128; ++i) {
    for (std::size_t e = 0; e < 16; ++e) {
      results[e].push_back(
          executors[e]->submit(farm::kernel<&same>, static_cast<int>(e) * 1000 + i));
    }
  }
  int wrong = 0;
  for (int e = 0; e < 16; ++e) {
    for (int i = 0; i < 128; ++i) {
      wrong +=
          results[static_cast<std::size_t>(e)][static_cast<std::size_t>(i)].get() == e * 1000 + i
              ? 0
              : 1;
    }
  }
  REQUIRE(wrong == 0);
}

// The farm is one job with the hub at rank 0: there is no root to choose and no communicator to
// give. What is left of it: one executor may live inside another, and one after another.
TEST_CASE("Executors nest and follow one another", "[executor][b168]") {
  for (int round = 0; round < 3; ++round) {
    farm::Executor outer(client());
    auto result = outer.map(farm::kernel<&same>, numbers(10));
    {
      farm::Executor inner(client());
      REQUIRE(inner.submit(farm::kernel<&same>, round).get() == round);
    }
    REQUIRE(result.get() == numbers(10));
  }
}

TEST_CASE("The number of workers is what was asked for, at most all engines",
          "[executor][b170][b171]") {
  REQUIRE(farm::Executor(client()).num_workers() == client().size());
  REQUIRE(farm::Executor(client(), {.max_workers = 1000}).num_workers() == client().size());
  REQUIRE_THROWS_AS(farm::Executor(client(), {.max_workers = 0}), std::invalid_argument);
  REQUIRE_THROWS_AS(farm::Executor(client(), {.max_workers = -2}), std::invalid_argument);
  farm::Executor one(client(), {.max_workers = 1});
  REQUIRE(one.num_workers() == 1);
  const std::vector<int> engines = one.map(farm::kernel<&engine_of>, numbers(100)).get();
  REQUIRE(std::set<int>(engines.begin(), engines.end()) ==
          std::set<int>{client().ids().front().rank()});
}
