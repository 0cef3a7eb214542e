#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace initializer_kernels {

// What an engine remembers, one set for each test.
struct Memory {
  std::atomic<int> set_ups = 0;
  std::atomic<int> value = 0;
};

Memory& memory(int test) {
  static Memory memories[8];
  return memories[test];
}

void set_up(int test, int value) {
  ++memory(test).set_ups;
  memory(test).value = value;
}
std::pair<int, int> recall(int test, int) { return {memory(test).set_ups, memory(test).value}; }

void set_up_fails(int test) {
  ++memory(test).set_ups;
  throw std::runtime_error("no licence");
}
void set_up_fails_on(farm::Engine& here, int rank) {
  if (here.id().rank() == rank) throw std::runtime_error("no licence here");
}
int engine_of(farm::Engine& here, int) { return here.id().rank(); }

}  // namespace initializer_kernels

using namespace initializer_kernels;

TEST_CASE("An initializer runs once on each engine before any task", "[executor][b165]") {
  farm::Executor executor(client(), {}, farm::kernel<&set_up>, 0, 42);
  const auto seen = executor.map(farm::bind(farm::kernel<&recall>, 0), numbers(500)).get();
  for (const auto& [set_ups, value] : seen) {
    REQUIRE(set_ups == 1);
    REQUIRE(value == 42);
  }
  REQUIRE(executor.num_workers() == client().size());
  executor.bootup();
  REQUIRE(executor.submit(farm::kernel<&recall>, 0, 0).get().first == 1);
}

TEST_CASE("Bootup starts the initializer without a task", "[executor][b160][b165]") {
  farm::Executor executor(client(), {}, farm::kernel<&set_up>, 1, 7);
  executor.bootup();
  executor.bootup();
  REQUIRE(client().wait(farm::Seconds{60}));
  for (const farm::EngineId id : client().ids()) {
    REQUIRE(client().load_balanced({id}).apply(farm::kernel<&recall>, 1, 0).get() ==
            std::make_pair(1, 7));
  }
}

TEST_CASE("An initializer of fewer workers runs on those only", "[executor][b165][b171]") {
  farm::Executor executor(client(), {.max_workers = 1}, farm::kernel<&set_up>, 2, 1);
  REQUIRE(executor.submit(farm::kernel<&recall>, 2, 0).get() == std::make_pair(1, 1));
  for (const farm::EngineId id : client().ids()) {
    const auto seen = client().load_balanced({id}).apply(farm::kernel<&recall>, 2, 0).get();
    REQUIRE(seen.first == (id == client().ids().front() ? 1 : 0));
  }
}

TEST_CASE("A failed initializer breaks the executor: pending and later tasks fail, no workers",
          "[executor][b165]") {
  farm::Executor executor(client(), {}, farm::kernel<&set_up_fails>, 3);
  auto pending = executor.map(farm::bind(farm::kernel<&recall>, 3), numbers(100));
  auto one = executor.submit(farm::kernel<&recall>, 3, 0);
  REQUIRE_THROWS_AS(one.get(), farm::BrokenExecutor);
  for (const auto& outcome : pending.outcomes()) {
    REQUIRE_FALSE(outcome.ok());
    REQUIRE_THROWS_AS(outcome.value(), farm::BrokenExecutor);
  }
  REQUIRE_THROWS_AS(pending.get(), farm::CompositeError);
  REQUIRE_THROWS_AS(executor.submit(farm::kernel<&recall>, 3, 0), farm::BrokenExecutor);
  REQUIRE_THROWS_WITH(executor.submit(farm::kernel<&recall>, 3, 0), Catch::Contains("no licence"));
  REQUIRE(executor.num_workers() == 0);
  executor.shutdown();
  // The engines themselves are well.
  REQUIRE(client().load_balanced().map(farm::kernel<&engine_of>, numbers(50)).get().size() == 50);
}

TEST_CASE("An initializer that fails on one engine breaks the executor there and then",
          "[executor][b165]") {
  if (client().size() < 2) return;  // needs an engine where it does not fail
  const int last = client().ids().back().rank();
  farm::Executor executor(client(), {}, farm::kernel<&set_up_fails_on>, last);
  executor.set_options({.chunk = 1});
  auto result = executor.map(farm::kernel<&engine_of>, numbers(1000));
  for (const auto& outcome : result.outcomes()) {
    if (outcome.ok()) {
      REQUIRE(outcome.value() != last);
    } else {
      REQUIRE_THROWS_AS(outcome.value(), farm::BrokenExecutor);
    }
  }
  REQUIRE(client().wait(farm::Seconds{60}));
  REQUIRE(executor.num_workers() == 0);
  REQUIRE_THROWS_AS(executor.submit(farm::kernel<&engine_of>, 1), farm::BrokenExecutor);
}
