#include <catch2/catch.hpp>

#include "mortal_farm.hpp"

// Deaths of engines, moved message by message: an engine that dies is not moved any more.

using farm::TaskOptions;
using unit::LoopbackFarm;

namespace hub_losing {

int triple(int x) { return 3 * x; }
int fails(int x) {
  if (x >= 0) throw std::runtime_error("always");
  return x;
}

}  // namespace hub_losing

using unit::check_fault;
using unit::chunks_of;
using unit::MortalFarm;

TEST_CASE("the tasks of an engine that dies run on the others", "[unit][hub][106][108]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  MortalFarm farm(3, seed);
  auto& batch = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(100),
                         chunks_of(1 + static_cast<int>(seed % 5), 1 + static_cast<int>(seed % 3)));
  for (unsigned i = 0; i < seed; ++i) farm.step_all();
  farm.kill(1 + static_cast<int>(seed % 3));
  farm.run();
  const std::vector<int> values = LoopbackFarm::values<int>(batch);
  for (int i = 0; i < 100; ++i) CHECK(values[static_cast<std::size_t>(i)] == 3 * i);
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->totals().done == 100);
  CHECK(farm.hub->totals().outstanding() == 0);
}

TEST_CASE("a death does not count as a retry", "[unit][hub][102]") {
  MortalFarm farm(2);
  TaskOptions one = chunks_of(1, 1);
  one.retries = 1;
  auto& batch = farm.map(farm::kernel<&hub_losing::fails>, std::vector<int>{1}, one);
  farm.kill(1);
  farm.run();
  REQUIRE(batch.settled());
  CHECK(batch.results->record_of(0).attempt == 3);
  CHECK(LoopbackFarm::failure(batch, 0).message == "always");
}

TEST_CASE("a task that its engines do not survive is given up with its causes", "[unit][hub]") {
  MortalFarm farm(5);
  auto& batch = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(6), chunks_of(6, 1));
  int deaths = 0;
  // The last item is never answered: who holds it dies.
  while (!batch.settled()) {
    int holder = 0;
    for (int rank = 1; rank <= 5; ++rank) {
      for (const auto& held : farm.hub->scheduler().held_by(rank)) {
        if (held.flight.first + held.flight.count == 6) holder = rank;
      }
    }
    if (holder != 0) {
      farm.kill(holder);
      ++deaths;
    } else {
      farm.step_all();
    }
  }
  CHECK(deaths == 3);
  check_fault(batch, 5, farm::detail::Fault::poisoned, "its process has ended");
  CHECK(batch.results->record_of(5).attempt == 3);
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(LoopbackFarm::value<int>(batch, i) == 3 * static_cast<int>(i));
  }
}

TEST_CASE("a task that waits behind its stuck attempt outlives their engine", "[unit][hub]") {
  const int engines = GENERATE(1, 2);
  CAPTURE(engines);
  MortalFarm farm(engines);
  TaskOptions one = chunks_of(1, 2);
  one.retries = 1;
  one.targets = {1};
  auto& batch = farm.map(farm::kernel<&hub_losing::triple>, std::vector<int>{1}, one);
  const auto stuck = farm.hub->scheduler().held_by(1);
  REQUIRE(stuck.size() == 1);
  farm.forge(1, farm::wire::Overdue{stuck[0].ticket, batch.first}, {});
  farm.hub->poll();
  REQUIRE(farm.hub->scheduler().held_by(1).size() == 2);
  farm.kill(1);
  REQUIRE(batch.settled());
  check_fault(batch, 0, farm::detail::Fault::lost, "no engine is left");
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->stuck() == 0);
}

TEST_CASE("tasks whose targets are all dead end at once", "[unit][hub]") {
  MortalFarm farm(3);
  TaskOptions pinned = chunks_of(1, 1);
  pinned.targets = {2, 3};
  auto& batch = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(10), pinned);
  farm.kill(2);
  CHECK_FALSE(batch.settled());
  farm.kill(3);
  REQUIRE(batch.settled());
  for (std::uint64_t i = 0; i < 10; ++i) {
    check_fault(batch, i, farm::detail::Fault::lost, "engine 3 (host3)");
  }
  auto& later = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(2), pinned);
  CHECK(later.settled());
  CHECK(farm.hub->totals().outstanding() == 0);
}

TEST_CASE("with no engine left everything ends with an error", "[unit][hub]") {
  MortalFarm farm(2);
  auto& tasks = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(50), chunks_of(3, 2));
  farm.kill(1);
  farm.kill(2);
  REQUIRE(tasks.settled());
  CHECK(tasks.results->progress().failed == 50);
  auto& later = farm.map(farm::kernel<&hub_losing::triple>, unit::counted(3));
  REQUIRE(later.settled());
  check_fault(later, 0, farm::detail::Fault::lost, "no engine is left");
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->totals().running == 0);
}

TEST_CASE("a task that waits is told of the death it waits for", "[unit][hub]") {
  MortalFarm farm(2);
  TaskOptions there = chunks_of(1, 1);
  there.targets = {1};
  auto& first = farm.map(farm::kernel<&hub_losing::triple>, std::vector<int>{1}, there);
  auto submission = LoopbackFarm::submission(farm::kernel<&hub_losing::triple>, std::vector<int>{2},
                                             farm.route());
  auto after = std::make_shared<farm::detail::Dependencies>();
  after->after.ids = {first.first};
  after->after.success = true;
  submission.dependencies = std::move(after);
  auto& second = *farm.hub->submit(std::move(submission));
  farm.kill(1);
  farm.run();
  REQUIRE(second.settled());
  check_fault(second, 0, farm::detail::Fault::impossible, "its process has ended");
}

TEST_CASE("no order of deaths and messages loses a task", "[unit][hub]") {
  const auto seed = GENERATE(range(1U, 61U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const int engines = 2 + static_cast<int>(random() % 5);
  MortalFarm farm(engines, seed);
  std::vector<farm::hub::Batch*> batches;
  std::vector<int> alive;
  for (int rank = 1; rank <= engines; ++rank) alive.push_back(rank);
  for (int event = 0; event < 60; ++event) {
    if (random() % 3 == 0) {
      batches.push_back(&farm.map(
          farm::kernel<&hub_losing::triple>, unit::counted(1 + static_cast<int>(random() % 40)),
          chunks_of(1 + static_cast<int>(random() % 6), 1 + static_cast<int>(random() % 4))));
    } else if (random() % 12 == 0 && alive.size() > 1) {
      const std::size_t at = random() % alive.size();
      farm.kill(alive[at]);
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      farm.step_all();
    }
  }
  farm.run();
  for (farm::hub::Batch* batch : batches) {
    REQUIRE(batch->settled());
    for (std::uint64_t i = 0; i < batch->count; ++i) {
      if (batch->results->read(i).status == farm::detail::Status::done) {
        CHECK(LoopbackFarm::value<int>(*batch, i) == 3 * static_cast<int>(i));
      } else {
        check_fault(*batch, i, farm::detail::Fault::poisoned, "its process has ended");
      }
    }
  }
  CHECK(farm.hub->totals().running == 0);
  CHECK(farm.hub->scheduler().validate().empty());
}
