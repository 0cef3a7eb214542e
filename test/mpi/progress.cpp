#include <catch2/catch.hpp>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

TEST_CASE("Progress starts at zero and ends at the item count", "[map][b074][b075]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 7});
  auto result = tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(100));
  REQUIRE(result.size() == 100);
  REQUIRE(result.progress() == 0);
  REQUIRE_FALSE(result.ready());
  gate.open();
  std::size_t before = 0;
  while (!result.wait(farm::Seconds{0.001})) {
    const std::size_t now = result.progress();
    REQUIRE(now >= before);
    before = now;
  }
  REQUIRE(result.progress() == 100);
  REQUIRE(tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1).size() == 1);
}

TEST_CASE("A task is outstanding until its result is there", "[handles][b129]") {
  REQUIRE(client().wait(farm::Seconds{60}));
  REQUIRE(client().outstanding() == 0);
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto result = tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(10));
  REQUIRE(client().outstanding() == 10);
  REQUIRE_FALSE(client().wait(farm::Seconds{0.05}));
  gate.open();
  result.wait();
  REQUIRE(client().outstanding() == 0);
  REQUIRE(client().wait());
}

TEST_CASE("wait_interactive ends with nothing outstanding, also with nothing to wait for",
          "[handles][b131]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto none =
      tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), std::vector<int>());
  none.wait_interactive();
  auto result = tasks.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), numbers(10));
  gate.open();
  result.wait_interactive(farm::Seconds{0.05});
  REQUIRE(result.ready());
  REQUIRE(client().outstanding() == 0);
  REQUIRE_THROWS_AS(result.wait_interactive(farm::Seconds{-1}), std::invalid_argument);
}
