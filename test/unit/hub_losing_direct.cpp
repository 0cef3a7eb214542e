#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "farm/communicator.hpp"
#include "farm/detail/gathering.hpp"
#include "mortal_farm.hpp"

// Deaths of engines in direct calls whose kernels may talk to each other, and in collective ones.

using unit::check_fault;
using unit::counted;
using unit::LoopbackFarm;
using unit::MortalFarm;
using Move = farm::detail::Collective::Move;
namespace detail = farm::detail;

namespace hub_losing_direct {

int rank_sum(farm::Engine& here, int x) { return here.communicator().size() * 100 + x; }

std::vector<farm::EngineId> engines(const MortalFarm& farm) {
  std::vector<farm::EngineId> ids;
  for (const farm::hub::Member& member : farm.hub->members()) {
    if (!farm.hub->gone().has(member.info.id)) ids.push_back(member.info.id);
  }
  return ids;
}

farm::hub::Batch& together(MortalFarm& farm, const std::vector<farm::EngineId>& on) {
  return *farm.hub->submit_direct(
      LoopbackFarm::submission(farm::kernel<&rank_sum>, counted(static_cast<int>(on.size())),
                               farm.route()),
      detail::one_each(on), true);
}
farm::hub::Batch& push(MortalFarm& farm, const std::vector<farm::EngineId>& to, int value) {
  auto call = detail::collective<farm::direct::Push, int>(Move::push, to, {{"x"}, false});
  detail::carry_value<int>(call, value);
  return *farm.hub->submit_collective(std::move(call));
}
farm::hub::Batch& pull(MortalFarm& farm, const std::vector<farm::EngineId>& from) {
  return *farm.hub->submit_collective(
      detail::collective<farm::direct::Pull, int>(Move::gather, from, {{"x"}, false}));
}

/// Runs until the batch is settled: what MPI has in its hands is given some time.
void run_until_settled(MortalFarm& farm, const farm::hub::Batch& batch) {
  for (int i = 0; i < 20'000 && !batch.settled(); ++i) {
    farm.run();
    if (!batch.settled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  REQUIRE(batch.settled());
}

void check_quiet(const MortalFarm& farm) {
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->stuck() == 0);
  CHECK_FALSE(farm.hub->moving());
}

}  // namespace hub_losing_direct

using namespace hub_losing_direct;

TEST_CASE("a death in a direct call of engines that talk ends its own item alone", "[unit][hub]") {
  const auto moment = GENERATE(range(0, 12));
  CAPTURE(moment);
  MortalFarm farm(3, 5U);
  auto& call = together(farm, engines(farm));
  for (int i = 0; i < moment; ++i) farm.step_all();
  farm.kill(2);
  farm.run();
  REQUIRE(call.settled());
  for (std::uint64_t i = 0; i < 3; ++i) {
    if (call.results->read(i).status == detail::Status::done) {
      CHECK(LoopbackFarm::value<int>(call, i) == 300 + static_cast<int>(i));
    } else {
      check_fault(call, i, detail::Fault::lost, "engine 2 (host2) is gone");
    }
  }
  auto& next = together(farm, {1, 3});
  farm.run();
  CHECK(LoopbackFarm::values<int>(next) == std::vector<int>{200, 201});
  check_quiet(farm);
}

TEST_CASE("a death at any moment of a collective call ends it for those that are left",
          "[unit][hub][collective]") {
  const auto moment = GENERATE(range(0, 14));
  const auto pulls = GENERATE(true, false);
  CAPTURE(moment, pulls);
  MortalFarm farm(3, 3U);
  farm.run();
  push(farm, engines(farm), 7);
  farm.run();
  auto& call = pulls ? pull(farm, engines(farm)) : push(farm, engines(farm), 8);
  for (int i = 0; i < moment; ++i) farm.step_all();
  farm.kill(3);
  run_until_settled(farm, call);
  if (call.results->progress().failed != 0) {
    check_fault(call, 2, detail::Fault::lost, "engine 3 (host3) is gone");
  }
  auto& after = pull(farm, {1, 2});
  farm.run();
  REQUIRE(after.settled());
  CHECK(after.results->progress().failed == 0);
  check_quiet(farm);
}

TEST_CASE("parts that land when an engine dies are not given to the caller",
          "[unit][hub][collective]") {
  MortalFarm farm(3);
  push(farm, engines(farm), 7);
  farm.run();
  auto call =
      detail::collective<farm::direct::Pull, int>(Move::gather, engines(farm), {{"x"}, false});
  std::vector<std::byte> room;
  bool landing = false;
  bool landed = false;
  call.landing = [&](std::span<const std::uint64_t> sizes) {
    landing = true;
    room.resize(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
    return std::span(room);
  };
  call.landed = [&] { landed = true; };
  call.borrowed = true;
  const bool dies = GENERATE(true, false);
  farm::hub::Batch& batch = *farm.hub->submit_collective(std::move(call));
  while (!landing) farm.step_all();
  REQUIRE(batch.busy);
  if (dies) farm.kill(3);
  run_until_settled(farm, batch);
  CHECK_FALSE(batch.busy);
  CHECK(landed == !dies);
  CHECK(batch.results->progress().failed == (dies ? 3 : 0));
}

TEST_CASE("data that is on its way when an engine dies stays lent for a while",
          "[unit][hub][collective]") {
  MortalFarm farm(3);
  const std::vector<int> data = counted(100'000);
  farm::hub::Batch& batch =
      *farm.hub->submit_collective(detail::scattering<int>(engines(farm), "part", data, {}));
  while (!farm.hub->moving()) farm.step_all();
  REQUIRE(batch.busy);
  farm.kill(3);
  // As long as the death alone needs to be known everywhere.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  farm.run();
  farm.hub->give_back(batch);
  CHECK(batch.busy);
  run_until_settled(farm, batch);
  CHECK_FALSE(batch.busy);
  check_fault(batch, 0, detail::Fault::lost, "engine 3 (host3) is gone");
}

TEST_CASE("calls behind a collective call that a death breaks go on", "[unit][hub][collective]") {
  const auto seed = GENERATE(range(1U, 41U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  MortalFarm farm(5, seed);
  push(farm, engines(farm), 1);
  farm.run();
  std::vector<farm::hub::Batch*> batches;
  for (int event = 0; event < 60; ++event) {
    std::vector<farm::EngineId> some = engines(farm);
    std::shuffle(some.begin(), some.end(), random);
    some.resize(1 + random() % some.size());
    switch (random() % 8) {
      case 0:
        batches.push_back(&together(farm, some));
        break;
      case 1:
        batches.push_back(&push(farm, some, event));
        break;
      case 2:
        batches.push_back(&pull(farm, some));
        break;
      case 3:
        batches.push_back(&farm.map(farm::kernel<&unit::square>, counted(5)));
        break;
      case 4:
        if (random() % 4 == 0 && engines(farm).size() > 2) farm.kill(some.front().rank());
        break;
      default:
        farm.step_all();
    }
  }
  for (farm::hub::Batch* batch : batches) run_until_settled(farm, *batch);
  for (farm::hub::Batch* batch : batches) {
    for (std::uint64_t i = 0; i < batch->count; ++i) {
      if (batch->results->read(i).status != detail::Status::failed) continue;
      check_fault(*batch, i, detail::Fault::lost, "its process has ended");
    }
  }
  check_quiet(farm);
}
