#include <catch2/catch.hpp>

#include "farm/communicator.hpp"
#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;

namespace gang_units {

int rank_sum(farm::Engine& here, int x) { return here.communicator().size() * 100 + x; }
int fails_first(farm::Engine& here, int x) {
  if (here.attempt() == 1 && here.communicator().rank() == x % 2) throw std::runtime_error("first");
  return here.attempt();
}
int alone(int x) { return x; }

}  // namespace gang_units

using namespace gang_units;

namespace {

farm::TaskOptions gang_of(int ranks, int retries = 0) {
  farm::TaskOptions options;
  options.ranks = ranks;
  options.retries = retries;
  return options;
}

}  // namespace

TEST_CASE("gangs give rank 0's results beside ordinary tasks", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 6U));
  CAPTURE(seed);
  LoopbackFarm farm(5, seed);
  farm::hub::Batch& ordinary = farm.map(farm::kernel<&alone>, counted(100));
  farm::hub::Batch& pairs = farm.map(farm::kernel<&rank_sum>, counted(7), gang_of(2));
  farm::hub::Batch& whole = farm.map(farm::kernel<&rank_sum>, counted(2), gang_of(5));
  farm::hub::Batch& more = farm.map(farm::kernel<&alone>, counted(100));
  farm.run();
  CHECK(LoopbackFarm::values<int>(ordinary) == counted(100));
  CHECK(LoopbackFarm::values<int>(more) == counted(100));
  CHECK(LoopbackFarm::values<int>(pairs) == std::vector<int>{200, 201, 202, 203, 204, 205, 206});
  CHECK(LoopbackFarm::values<int>(whole) == std::vector<int>{500, 501});
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->totals().done == 209);
}

TEST_CASE("a gang fails with one error, and may be tried again", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 4U));
  CAPTURE(seed);
  LoopbackFarm farm(4, seed);
  farm::hub::Batch& failed = farm.map(farm::kernel<&fails_first>, counted(4), gang_of(2));
  farm::hub::Batch& again = farm.map(farm::kernel<&fails_first>, counted(4), gang_of(2, 1));
  farm.run();
  for (std::uint64_t i = 0; i < 4; ++i) {
    CHECK(LoopbackFarm::failure(failed, i).message == "first");
    CHECK(LoopbackFarm::value<int>(again, i) == 2);
  }
  CHECK(farm.hub->totals().failed == 4);
  CHECK(farm.hub->totals().running == 0);
}

TEST_CASE("a gang that cannot be is refused", "[unit][hub]") {
  LoopbackFarm farm(3);
  farm::hub::Batch& batch = farm.map(farm::kernel<&rank_sum>, counted(3), gang_of(4));
  farm.run();
  CHECK(LoopbackFarm::failure(batch, 2).fault == farm::detail::Fault::impossible);
}
