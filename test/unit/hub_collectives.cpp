#include <catch2/catch.hpp>
#include <numeric>

#include "farm/detail/gathering.hpp"
#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;
using Move = farm::detail::Collective::Move;
namespace detail = farm::detail;

namespace {

std::vector<farm::EngineId> engines(int n) {
  std::vector<farm::EngineId> ids;
  for (int rank = 1; rank <= n; ++rank) ids.emplace_back(rank);
  return ids;
}

detail::Collective push(const std::vector<farm::EngineId>& to, const std::string& name, int value) {
  auto call = detail::collective<farm::direct::Push, int>(Move::push, to, {{name}, false});
  detail::carry_value<int>(call, value);
  return call;
}
detail::Collective pull(const std::vector<farm::EngineId>& from, const std::string& name) {
  return detail::collective<farm::direct::Pull, int>(Move::gather, from, {{name}, false});
}
std::vector<int> pulled(farm::hub::Batch& batch) {
  REQUIRE(batch.settled());
  std::vector<int> values;
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    const detail::Settled settled = batch.results->read(i);
    REQUIRE(settled.status == detail::Status::done);
    values.push_back(detail::take_bulk<int>(settled.bytes));
  }
  return values;
}

}  // namespace

TEST_CASE("collective calls arrive in program order whatever comes first",
          "[unit][hub][collective]") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    LoopbackFarm farm(3, seed);
    std::vector<farm::hub::Batch*> reads;
    for (int round = 0; round < 4; ++round) {
      farm.hub->submit_collective(push(engines(3), "x", round));
      reads.push_back(farm.hub->submit_collective(pull(engines(3), "x")));
      // Another group of some of the engines, and load-balanced work in between.
      farm.hub->submit_collective(push({3, 1}, "y", 10 * round));
      farm.map(farm::kernel<&unit::square>, counted(7));
      reads.push_back(farm.hub->submit_collective(pull({1, 3}, "y")));
    }
    farm.run();
    for (int round = 0; round < 4; ++round) {
      CHECK(pulled(*reads[2 * round]) == std::vector<int>(3, round));
      CHECK(pulled(*reads[2 * round + 1]) == std::vector<int>(2, 10 * round));
    }
    CHECK(farm.hub->totals().outstanding() == 0);
    CHECK(farm.hub->totals().running == 0);
  }
}

TEST_CASE("an engine that fails in a collective call takes its part and tells",
          "[unit][hub][collective]") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    LoopbackFarm farm(3, seed);
    farm.hub->submit_collective(push({1, 3}, "x", 5));
    farm::hub::Batch* some = farm.hub->submit_collective(pull(engines(3), "x"));
    farm::hub::Batch* next = farm.hub->submit_collective(pull({3, 1}, "x"));
    farm.run();
    REQUIRE(some->settled());
    CHECK(some->results->progress().failed == 1);
    CHECK(LoopbackFarm::failure(*some, 1).type == "farm::NameError");
    CHECK(detail::take_bulk<int>(some->results->read(2).bytes) == 5);
    CHECK(pulled(*next) == std::vector<int>{5, 5});
  }
}

TEST_CASE("lent memory is in use until the data has gone", "[unit][hub][collective]") {
  LoopbackFarm farm(2);
  const std::vector<int> data = counted(100'000);
  farm::hub::Batch* batch =
      farm.hub->submit_collective(detail::scattering<int>(engines(2), "part", data, {}));
  CHECK(batch->busy);
  farm.run();
  CHECK_FALSE(batch->busy);
  CHECK(batch->settled());
  CHECK_FALSE(farm.hub->moving());
  // Little data is copied at once.
  farm::hub::Batch* small =
      farm.hub->submit_collective(detail::scattering<int>(engines(2), "part", counted(10), {}));
  CHECK_FALSE(small->busy);
  farm.run();
  // Neither is what its owner takes back before the engines are there.
  farm::hub::Batch* back =
      farm.hub->submit_collective(detail::scattering<int>(engines(2), "part", data, {}));
  CHECK(back->busy);
  farm.hub->give_back(*back);
  CHECK_FALSE(back->busy);
  farm.run();
  CHECK(back->settled());
}

TEST_CASE("groups are kept for later calls, a bounded number of them", "[unit][hub][collective]") {
  LoopbackFarm farm(4);
  using farm::wire::Kind;
  for (int round = 0; round < 10; ++round) {
    farm.hub->submit_collective(push({1, 2, 3}, "x", round));
    farm.run();
  }
  CHECK(farm.wire.sent[Kind::group] == 3);
  CHECK(farm.wire.sent[Kind::go] == 3);
  CHECK(farm.wire.sent[Kind::leave] == 0);
  std::vector<farm::EngineId> order = engines(4);
  int sets = 1;
  do {  // 24 orders
    farm.hub->submit_collective(push(order, "x", 1));
    farm.run();
    ++sets;
  } while (std::next_permutation(order.begin(), order.end()));
  for (int a = 1; a <= 4; ++a) {
    for (int b = 1; b <= 4; ++b) {
      if (a == b) continue;
      farm.hub->submit_collective(push({a, b}, "x", 1));
      farm.run();
      ++sets;
    }
  }
  CHECK(sets > static_cast<int>(farm::hub::Groups::kept(4)));
  CHECK(farm.wire.sent[Kind::leave] > 0);
  farm::hub::Batch* read = farm.hub->submit_collective(pull({1, 2, 3}, "x"));
  farm.run();
  CHECK(pulled(*read) == std::vector<int>{1, 1, 1});
}

TEST_CASE("an answer about a collective call that nobody waits for is dropped",
          "[unit][hub][collective]") {
  LoopbackFarm farm(2);
  farm::hub::Batch* batch = farm.hub->submit_collective(push(engines(2), "x", 1));
  farm.run();
  farm::wire::Done done;
  done.ticket = farm::hub::transfer_ticket + batch->number;
  done.first = batch->first;
  done.count = 1;
  farm.forge(1, done, {});
  CHECK(farm.hub->poll());
  done.ticket = farm::hub::transfer_ticket + 1000;
  farm.forge(1, done, {});
  CHECK(farm.hub->poll());
  CHECK(batch->results->progress().failed == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
}

TEST_CASE("an engine that arrives where nobody waits for it is refused",
          "[unit][hub][collective]") {
  LoopbackFarm farm(2);
  farm.hub->submit_collective(push({1}, "x", 1));
  farm.forge(2, farm::wire::Arrived{1}, {});
  CHECK_THROWS_AS(farm.run(), farm::wire::FrameError);
}
