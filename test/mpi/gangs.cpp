#include <catch2/catch.hpp>
#include <set>

#include "farm/communicator.hpp"
#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace gang_kernels {

int size_here(farm::Engine& here) { return here.communicator().size(); }
std::vector<int> members(farm::Engine& here) {
  return here.communicator().all_gather(here.id().rank());
}
int sum_of_ranks(farm::Engine& here, int x) {
  return here.communicator().all_reduce(here.communicator().rank() + x, std::plus<>());
}
int one_fails(farm::Engine& here, int failing) {
  if (here.communicator().rank() == failing) throw std::runtime_error("this rank fails");
  here.communicator().barrier();
  return 0;
}
int fails_once(farm::Engine& here, int) {
  if (here.attempt() == 1 && here.communicator().rank() == 1) throw std::runtime_error("once");
  here.communicator().barrier();
  return here.attempt();
}
int same(int x) { return x; }
bool always() { return true; }
int meet(farm::Engine& here, int) {
  here.communicator().barrier();
  return here.communicator().size();
}
int child(farm::Engine& here, int x) {
  if (here.attempt() == 1 && x % 2 != 0) throw std::runtime_error("once");
  return 1;
}
int parent(farm::Engine& here, int depth) {
  auto tasks = here.load_balanced().with({.retries = 3});
  int sum = 0;
  if (depth == 0) {
    for (const int x : tasks.map(farm::kernel<&child>, numbers(3))) sum += x;
  } else {
    for (const int x : tasks.map(farm::kernel<&parent>, std::vector<int>(2, depth - 1))) sum += x;
  }
  return sum;
}

}  // namespace gang_kernels

using namespace gang_kernels;

namespace {

int engines() { return static_cast<int>(client().size()); }

}  // namespace

TEST_CASE("A gang task runs on so many engines with a communicator of its own", "[gangs]") {
  for (int ranks = 2; ranks <= std::min(engines(), 5); ++ranks) {
    auto gangs = client().load_balanced().with({.ranks = ranks});
    REQUIRE(gangs.apply(farm::kernel<&size_here>).get() == ranks);
    const std::vector<int> ids = gangs.apply(farm::kernel<&members>).get();
    REQUIRE(std::set<int>(ids.begin(), ids.end()).size() == static_cast<std::size_t>(ranks));
    // On idle engines it is contiguous.
    for (int i = 0; i < ranks; ++i) REQUIRE(ids[static_cast<std::size_t>(i)] == ids.front() + i);
  }
}

TEST_CASE("A map of gangs gives one result for each item, in order", "[gangs]") {
  if (engines() < 2) return;
  const int ranks = std::min(engines(), 3);
  auto gangs = client().load_balanced().with({.ranks = ranks});
  const std::vector<int> sums = gangs.map(farm::kernel<&sum_of_ranks>, numbers(20)).get();
  for (int i = 0; i < 20; ++i) {
    REQUIRE(sums[static_cast<std::size_t>(i)] == ranks * (ranks - 1) / 2 + ranks * i);
  }
}

TEST_CASE("Gangs and ordinary tasks run side by side", "[gangs]") {
  if (engines() < 2) return;
  auto ordinary =
      client().load_balanced().with({.chunk = 1}).map(farm::kernel<&same>, numbers(2000));
  auto gangs = client().load_balanced().with({.ranks = 2});
  auto sums = gangs.map(farm::kernel<&sum_of_ranks>, numbers(10));
  auto whole = client().load_balanced().with({.ranks = engines()}).apply(farm::kernel<&size_here>);
  REQUIRE(ordinary.get() == numbers(2000));
  REQUIRE(sums.get().size() == 10);
  REQUIRE(whole.get() == engines());
  REQUIRE(client().outstanding() == 0);
}

TEST_CASE("A gang fails with the error of the rank that failed", "[gangs]") {
  if (engines() < 2) return;
  auto gangs = client().load_balanced().with({.ranks = 2});
  auto failed = gangs.apply(farm::kernel<&one_fails>, 1);
  REQUIRE_THROWS_WITH(failed.get(), Catch::Contains("this rank fails"));
  REQUIRE(gangs.apply(farm::kernel<&size_here>).get() == 2);
  REQUIRE(gangs.with({.retries = 1}).apply(farm::kernel<&fails_once>, 0).get() == 2);
}

TEST_CASE("A gang of more ranks than there are engines fails at once", "[gangs]") {
  auto gangs = client().load_balanced().with({.ranks = engines() + 1});
  REQUIRE_THROWS_AS(gangs.apply(farm::kernel<&size_here>).get(farm::Seconds{20}),
                    farm::ImpossibleDependency);
}

TEST_CASE("A gang that fails leaves the direct calls behind it alone", "[gangs]") {
  if (engines() < 2) return;
  auto gang = client().load_balanced().with({.retries = 1, .ranks = engines()});
  auto failing = gang.apply(farm::kernel<&fails_once>, 0);
  auto all = client().direct().apply(farm::kernel<&size_here>);
  REQUIRE(failing.get() == 2);
  REQUIRE(all.get() == std::vector<int>(client().size(), engines()));
}

TEST_CASE("Gangs, tasks that wait and tasks that fail do not lock each other", "[gangs][nested]") {
  std::vector<farm::ResultHandle> all;
  auto tasks = client().load_balanced();
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) {
      all.push_back(tasks.with({.priority = i % 3}).apply(farm::kernel<&parent>, 2));
      if (engines() < 2) continue;
      all.push_back(tasks.with({.ranks = engines()}).map(farm::kernel<&meet>, numbers(3)));
    }
  }
  for (const farm::ResultHandle& one : all) REQUIRE(one.wait(farm::Seconds{60}));
  REQUIRE(all.back().successful());
}

TEST_CASE("A requirement is not for gangs", "[gangs][where]") {
  auto gangs = client().load_balanced().with({.ranks = 2});
  REQUIRE_THROWS_WITH(gangs.requiring(farm::kernel<&always>), Catch::Contains("needs"));
}
