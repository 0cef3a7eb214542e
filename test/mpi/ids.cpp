#include <mpi.h>

#include <catch2/catch.hpp>
#include <set>

#include "mpi/farm_client.hpp"

using farm_test::client;

namespace ids_kernels {

// The engine's id and its rank in MPI.
std::pair<int, int> who(farm::Engine& here) {
  int rank = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return {here.id().rank(), rank};
}

int engines_seen(farm::Engine& here) { return here.size(); }

}  // namespace ids_kernels

TEST_CASE("Ids are sorted and the returned container is the caller's", "[ids][b001][np64]") {
  std::vector<farm::EngineId> ids = client().ids();
  REQUIRE(std::is_sorted(ids.begin(), ids.end()));
  REQUIRE(ids.size() == client().size());
  ids.clear();
  REQUIRE(client().ids().size() == client().size());
}

TEST_CASE("An engine's id is its MPI rank", "[ids][b012][np64]") {
  for (const farm::EngineId id : client().ids()) {
    const auto [seen, rank] =
        client().load_balanced({id}).apply(farm::kernel<&ids_kernels::who>).get();
    REQUIRE(seen == id.rank());
    REQUIRE(rank == id.rank());
  }
}

TEST_CASE("Engines describe themselves", "[ids]") {
  std::set<int> processes;
  for (const farm::EngineInfo& engine : client().engines()) {
    REQUIRE_FALSE(engine.host.empty());
    REQUIRE(engine.cores >= 1);
    processes.insert(engine.pid);
  }
  REQUIRE(processes.size() == client().size());
  REQUIRE(client().hub().id == farm::EngineId(0));
  REQUIRE_FALSE(client().hub().host.empty());
}

TEST_CASE("An unknown engine is refused when the view is made", "[ids][b004]") {
  const int beyond = client().ids().back().rank() + 1;
  REQUIRE_THROWS_AS(client().load_balanced({beyond}), std::out_of_range);
  REQUIRE_THROWS_AS(client().load_balanced({client().ids().front(), 1'000'000}), std::out_of_range);
  REQUIRE_THROWS_AS(client().load_balanced({-static_cast<int>(client().size()) - 1}),
                    std::out_of_range);
  REQUIRE_THROWS_WITH(client().load_balanced({beyond}),
                      Catch::Contains("no engine " + std::to_string(beyond)));
  if (client().size() > 1 || client().hub().id != client().ids().front()) {
    // The hub is no engine, unless the job is one process.
    if (client().ids().front() != farm::EngineId(0)) {
      REQUIRE_THROWS_AS(client().load_balanced({0}), std::out_of_range);
    }
  }
}

TEST_CASE("A view without targets has all engines, and negative ids count from the last",
          "[ids][views][b007][b008]") {
  const std::vector<farm::EngineId> ids = client().ids();
  REQUIRE(client().load_balanced().targets() == ids);
  REQUIRE(client().load_balanced().size() == ids.size());
  REQUIRE(client().load_balanced(ids).targets() == ids);
  REQUIRE(client().load_balanced({-1}).targets() == std::vector{ids.back()});
  REQUIRE(client().load_balanced({-static_cast<int>(ids.size())}).targets() ==
          std::vector{ids.front()});
  REQUIRE(client().load_balanced({-1}).size() == 1);
  REQUIRE(client().load_balanced({ids.front(), ids.front()}).size() == 1);
}

// The original only notices at the call; a view that can run nothing is no use to anybody.
TEST_CASE("A view of no engines is refused", "[ids][views][b009]") {
  REQUIRE_THROWS_AS(client().load_balanced(std::vector<farm::EngineId>()), farm::NoEngines);
}

// Engines of an MPI job are all there from the start, so that the second half of b010 (it completes
// when an engine joins) and a non-blocking form have no meaning.
TEST_CASE("Waiting for engines that are there returns, for more it fails", "[ids][b010]") {
  client().wait_for_engines(client().size());
  client().wait_for_engines(0, farm::Seconds{0});
  REQUIRE_THROWS_AS(client().wait_for_engines(client().size() + 1, farm::Seconds{0.05}),
                    farm::TimeoutError);
  REQUIRE_THROWS_AS(client().wait_for_engines(client().size() + 1), std::invalid_argument);
}

TEST_CASE("The number of workers equals what an engine sees", "[ids][b170]") {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.apply(farm::kernel<&ids_kernels::engines_seen>).get() ==
          static_cast<int>(client().size()));
}
