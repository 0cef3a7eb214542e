#include <catch2/catch.hpp>

#include "farm/communicator.hpp"
#include "mortal_farm.hpp"

// Deaths of engines in the middle of tasks that several of them run together.

using farm::TaskOptions;
using unit::check_fault;
using unit::counted;
using unit::LoopbackFarm;
using unit::MortalFarm;

namespace hub_losing_gangs {

int rank_sum(farm::Engine& here, int x) { return here.communicator().size() * 100 + x; }
int fails(farm::Engine& here, int x) {
  if (here.communicator().size() > 0) throw std::runtime_error("always");
  return x;
}
int triple(int x) { return 3 * x; }

TaskOptions gang_of(int ranks, int retries = 0) {
  TaskOptions options;
  options.ranks = ranks;
  options.retries = retries;
  return options;
}

void check_quiet(const MortalFarm& farm) {
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->stuck() == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
  CHECK(farm.hub->scheduler().validate().empty());
}

}  // namespace hub_losing_gangs

using namespace hub_losing_gangs;

TEST_CASE("a gang of which an engine dies runs again as a whole", "[unit][hub]") {
  const auto moment = GENERATE(range(0, 24));
  const auto victim = GENERATE(1, 2);
  CAPTURE(moment, victim);
  MortalFarm farm(4, 7U);
  auto& gangs = farm.map(farm::kernel<&rank_sum>, counted(3), gang_of(2));
  auto& ordinary = farm.map(farm::kernel<&triple>, counted(9));
  for (int i = 0; i < moment; ++i) farm.step_all();
  farm.kill(victim);
  farm.run();
  CHECK(LoopbackFarm::values<int>(gangs) == std::vector<int>{200, 201, 202});
  CHECK(LoopbackFarm::values<int>(ordinary).at(8) == 24);
  check_quiet(farm);
}

TEST_CASE("a gang is told once that all its engines have died", "[unit][hub]") {
  MortalFarm farm(4);
  auto& gang = farm.map(farm::kernel<&rank_sum>, counted(1), gang_of(2));
  farm.kill(1);
  CHECK_FALSE(gang.settled());
  farm.kill(2);
  farm.run();
  CHECK(LoopbackFarm::values<int>(gang) == std::vector<int>{200});
  CHECK(gang.results->record_of(0).attempt == 2);
  check_quiet(farm);
}

TEST_CASE("the result of rank 0 does not count when another rank has died", "[unit][hub]") {
  MortalFarm farm(4);
  auto& gang = farm.map(farm::kernel<&rank_sum>, counted(1), gang_of(2));
  farm.answer(1, farm.answer_of(gang, 1), 77);
  farm.hub->poll();
  CHECK_FALSE(gang.settled());
  farm.kill(2);
  farm.servers[0].reset();  // it has answered
  for (int i = 0; i < 50; ++i) farm.step_all();
  farm.kill(1);
  farm.run();
  CHECK(LoopbackFarm::values<int>(gang) == std::vector<int>{200});
  check_quiet(farm);
}

TEST_CASE("a gang's engines may die three times, and not more often", "[unit][hub]") {
  MortalFarm farm(6);
  auto& gang = farm.map(farm::kernel<&rank_sum>, counted(1), gang_of(2));
  int deaths = 0;
  while (!gang.settled() && deaths < 5) {
    int holder = 0;
    for (int rank = 1; rank <= 6; ++rank) {
      if (farm.lives(rank) && !farm.hub->scheduler().held_by(rank).empty()) holder = rank;
    }
    REQUIRE(holder != 0);
    farm.kill(holder);
    ++deaths;
    // The others answer, but nobody starts what comes next.
    for (int i = 0; i < 20 && !gang.settled(); ++i) {
      for (int rank = 1; rank <= 6; ++rank) {
        if (!farm.lives(rank)) continue;
        const auto held = farm.hub->scheduler().held_by(rank);
        if (held.empty() || held[0].flight.attempt != static_cast<std::uint32_t>(deaths)) continue;
        farm.answer(rank, farm.answer_of(gang, rank), 5);
      }
      farm.hub->poll();
    }
  }
  CHECK(deaths == 3);
  check_fault(gang, 0, farm::detail::Fault::poisoned, "its process has ended");
  check_quiet(farm);
}

TEST_CASE("a death in a gang does not count as a retry", "[unit][hub]") {
  MortalFarm farm(4);
  auto& gang = farm.map(farm::kernel<&fails>, counted(1), gang_of(2, 1));
  farm.kill(2);
  farm.run();
  CHECK(LoopbackFarm::failure(gang, 0).message == "always");
  CHECK(gang.results->record_of(0).attempt == 3);
  check_quiet(farm);
}

TEST_CASE("a gang for which too few engines are left ends with an error", "[unit][hub]") {
  MortalFarm farm(3);
  auto& running = farm.map(farm::kernel<&rank_sum>, counted(2), gang_of(3));
  farm.kill(3);
  farm.run();
  for (std::uint64_t i = 0; i < 2; ++i) {
    check_fault(running, i, farm::detail::Fault::impossible, "engine 3 (host3)");
  }
  auto& later = farm.map(farm::kernel<&rank_sum>, counted(1), gang_of(3));
  CHECK(later.settled());
  auto& fits = farm.map(farm::kernel<&rank_sum>, counted(1), gang_of(2));
  farm.run();
  CHECK(LoopbackFarm::values<int>(fits) == std::vector<int>{200});
  check_quiet(farm);
}

TEST_CASE("a gang that is asked to stop ends with the death of its engine", "[unit][hub]") {
  MortalFarm farm(3);
  auto& gang = farm.map(farm::kernel<&rank_sum>, counted(2), gang_of(3));
  farm.hub->stop(gang);
  farm.kill(1);
  farm.run();
  REQUIRE(gang.settled());
  CHECK(gang.results->read(0).status != farm::detail::Status::done);
  check_quiet(farm);
}

TEST_CASE("a gang that is dropped does not disturb those that die", "[unit][hub]") {
  MortalFarm farm(4);
  auto& gang = farm.map(farm::kernel<&rank_sum>, counted(5), gang_of(2));
  farm.hub->cancel(gang);
  farm.hub->drop(gang);
  farm.kill(1);
  farm.run();
  check_quiet(farm);
}

TEST_CASE("no order of deaths and messages loses a gang", "[unit][hub]") {
  const auto seed = GENERATE(range(1U, 81U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const int engines = 3 + static_cast<int>(random() % 5);
  MortalFarm farm(engines, seed);
  struct Made {
    farm::hub::Batch* batch = nullptr;
    int ranks = 1;
  };
  std::vector<Made> made;
  std::vector<int> alive = counted(engines);
  for (int event = 0; event < 80; ++event) {
    if (random() % 3 == 0) {
      const int ranks = 1 + static_cast<int>(random() % 3);
      const std::vector<int> inputs = counted(1 + static_cast<int>(random() % 6));
      made.push_back({ranks == 1 ? &farm.map(farm::kernel<&triple>, inputs)
                                 : &farm.map(farm::kernel<&rank_sum>, inputs, gang_of(ranks)),
                      ranks});
    } else if (random() % 12 == 0 && alive.size() > 1) {
      const std::size_t at = random() % alive.size();
      farm.kill(alive[at] + 1);
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      farm.step_all();
    }
  }
  farm.run();
  for (const auto& [batch, ranks] : made) {
    REQUIRE(batch->settled());
    for (std::uint64_t i = 0; i < batch->count; ++i) {
      const int x = static_cast<int>(i);
      if (batch->results->read(i).status == farm::detail::Status::done) {
        CHECK(LoopbackFarm::value<int>(*batch, i) == (ranks == 1 ? 3 * x : 100 * ranks + x));
      } else {
        CHECK_THAT(LoopbackFarm::failure(*batch, i).message,
                   Catch::Contains("its process has ended"));
      }
    }
  }
  check_quiet(farm);
}
