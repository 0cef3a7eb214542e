#include <catch2/catch.hpp>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace where_kernels {

bool is_last(farm::Engine& here) { return here.id().rank() == here.size(); }
bool is(farm::Engine& here, int rank) { return here.id().rank() == rank; }
bool never() { return false; }
bool throws(farm::Engine&) { throw std::runtime_error("cannot tell"); }
int where(farm::Engine& here) { return here.id().rank(); }
int where_for(farm::Engine& here, int) { return here.id().rank(); }

}  // namespace where_kernels

using namespace where_kernels;

TEST_CASE("A requirement that an engine does not meet sends the task to another one",
          "[where][b96]") {
  const int last = client().ids().back().rank();
  auto tasks = client().load_balanced().with({.chunk = 1});
  auto there = tasks.requiring(farm::bind(farm::kernel<&is>, last));
  REQUIRE(there.apply(farm::kernel<&where>).get() == last);
  auto many = there.map(farm::kernel<&where_for>, numbers(50));
  for (const int engine : many) REQUIRE(engine == last);
  REQUIRE(many.info(0).attempt == 1);
}

// The original waits for ever.
TEST_CASE("A requirement that no engine meets fails the task", "[where][b98]") {
  auto tasks = client().load_balanced().requiring(farm::kernel<&never>);
  auto one = tasks.apply(farm::kernel<&where>);
  REQUIRE_THROWS_AS(one.get(farm::Seconds{20}), farm::ImpossibleDependency);
  auto many = tasks.map(farm::kernel<&where_for>, numbers(100));
  REQUIRE(many.wait(farm::Seconds{20}));
  REQUIRE_THROWS_AS(many.get(), farm::CompositeError);
  REQUIRE(client().outstanding() == 0);
}

TEST_CASE("An exception in a requirement is the task's error", "[where]") {
  auto result =
      client().load_balanced().requiring(farm::kernel<&throws>).apply(farm::kernel<&where>);
  REQUIRE_THROWS_WITH(result.get(farm::Seconds{20}), Catch::Contains("cannot tell"));
}

TEST_CASE("Affinity prefers an engine and does not demand it", "[where]") {
  const farm::EngineId last = client().ids().back();
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1, .affinity = {{last}}});
  for (int i = 0; i < 10; ++i) REQUIRE(tasks.apply(farm::kernel<&where>).get() == last.rank());
  REQUIRE(tasks.map(farm::kernel<&where_for>, numbers(100)).get().size() == 100);
}
