// What the scheduler promises about time: in simulation, with engines that work.

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>

#include "scheduler_farm.hpp"

using unit::Besides;
using unit::VirtualFarm;

namespace {

constexpr int engines = 64;

std::vector<double> lognormal(std::size_t n, double median_ns, double sigma, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> run(std::log(median_ns), sigma);
  std::vector<double> runs(n);
  for (double& one : runs) one = run(random);
  return runs;
}

double sum_of(const std::vector<double>& runs, const farm::policy::Flight& flight) {
  const auto first = runs.begin() + static_cast<std::ptrdiff_t>(flight.first);
  return std::accumulate(first, first + static_cast<std::ptrdiff_t>(flight.count), 0.0);
}

double makespan(const std::vector<double>& runs, const farm::TaskOptions& options,
                const Besides& besides = {}) {
  VirtualFarm farm(engines, [&](const auto& flight) { return sum_of(runs, flight); });
  farm.bed.submit_with(besides, runs.size(), 1, options);
  farm.run();
  farm.bed.check_empty();
  return farm.last_finish;
}

double bound(const std::vector<double>& runs) {
  return std::max(std::accumulate(runs.begin(), runs.end(), 0.0) / engines,
                  *std::ranges::max_element(runs));
}

farm::TaskOptions one_by_one(farm::CountOrAutomatic hwm = 1) {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = hwm;
  return options;
}

farm::TaskOptions gang_of(int ranks) {
  farm::TaskOptions options = one_by_one();
  options.ranks = ranks;
  return options;
}

}  // namespace

TEST_CASE("a high mark costs nothing at the end, because queued chunks are taken back",
          "[unit][policy][simulation]") {
  const std::vector<double> runs = lognormal(3000, 10e6, 1.0);
  const double low = makespan(runs, one_by_one(1));
  const double high = makespan(runs, one_by_one(16));
  CAPTURE(low, high);
  CHECK(high < 1.02 * low);
}

TEST_CASE("longest first comes within three percent of the best possible makespan",
          "[unit][policy][simulation]") {
  std::vector<double> runs = lognormal(2000, 10e6, 1.0);
  std::ranges::sort(runs, std::greater<>());
  farm::TaskOptions options = one_by_one(farm::automatic);
  options.chunk = farm::automatic;
  options.order = farm::Order::longest_first;
  Besides besides;
  besides.costs = runs;
  const double made = makespan(runs, options, besides);
  CAPTURE(made, bound(runs));
  CHECK(made < 1.03 * bound(runs));
}

TEST_CASE("single tasks of a view that wants the longest first start by their costs",
          "[unit][policy]") {
  unit::SchedulerBed bed(1);
  farm::TaskOptions options = one_by_one();
  options.order = farm::Order::longest_first;
  std::vector<std::uint32_t> batches;
  for (const double cost : {1.0, 5.0, 3.0, 9.0, 7.0}) {
    Besides besides;
    besides.costs = {cost};
    batches.push_back(bed.submit_with(besides, 1, 1, options));
  }
  std::vector<std::uint32_t> order;
  while (!bed.flying().empty()) order.push_back(bed.finish().batch);
  CHECK(order ==
        std::vector<std::uint32_t>{batches[0], batches[3], batches[4], batches[1], batches[2]});
  bed.check_empty();
}

TEST_CASE("shares of weight one and three get one and three parts of the engines' time",
          "[unit][policy][simulation]") {
  std::map<std::uint32_t, std::uint32_t> kernel_of;
  // The tasks of the heavier share are shorter, so that counting tasks would not do.
  VirtualFarm farm(8, [&](const auto& f) { return kernel_of[f.batch] == 0 ? 3e6 : 1e6; });
  farm.of = [&](const auto& flight) { return kernel_of[flight.batch]; };
  farm::TaskOptions light = one_by_one();
  farm::TaskOptions heavy = one_by_one();
  heavy.weight = 3;
  const auto first = farm.bed.submit_with({1, {}, {}, false}, 3000, 1, light, 0);
  kernel_of[first] = 0;
  farm.send();
  const auto second = farm.bed.submit_with({2, {}, {}, false}, 9000, 2, heavy, 1);
  kernel_of[second] = 1;
  farm.run(400'000'000);
  const double ratio = farm.time_of[1] / farm.time_of[0];
  CAPTURE(farm.time_of[0], farm.time_of[1]);
  CHECK(ratio > 2.8);
  CHECK(ratio < 3.2);
  CHECK(farm.bed.live() == 2);
}

TEST_CASE("a higher priority starts before all that waits in its share", "[unit][policy]") {
  unit::SchedulerBed bed(2);
  bed.submit(100, 1, one_by_one(4));
  farm::TaskOptions urgent = one_by_one(4);
  urgent.priority = 5;
  const auto batch = bed.submit(6, 2, urgent);
  for (int i = 0; i < 6; ++i) {
    bed.finish();
    REQUIRE(bed.sent().size() == 1);
    CHECK(bed.sent().front().flight.batch == batch);
  }
  bed.drain();
}

TEST_CASE("a gang is not starved by a stream of small tasks", "[unit][policy][simulation]") {
  VirtualFarm farm(8, [](const auto&) { return 1e6; });
  farm.bed.submit(100'000, 1, one_by_one(2));
  farm.send();
  const auto gang = farm.bed.submit(1, 2, gang_of(8));
  farm.run(30'000'000);
  CHECK(!farm.bed.is_live(gang));
  CHECK(farm.bed.live() == 1);
}

TEST_CASE("small tasks are not starved by a stream of gangs", "[unit][policy][simulation]") {
  std::map<std::uint32_t, std::uint32_t> kernel_of;
  VirtualFarm farm(8, [](const auto&) { return 1e6; });
  farm.of = [&](const auto& flight) { return kernel_of[flight.batch]; };
  const auto gangs = farm.bed.submit(1000, 2, gang_of(8), 1);
  kernel_of[gangs] = 1;
  farm.send();
  const auto small = farm.bed.submit(10'000, 1, one_by_one(), 0);
  kernel_of[small] = 0;
  farm.run(200'000'000);
  CAPTURE(farm.time_of[0], farm.time_of[1]);
  CHECK(farm.time_of[0] > 0.35 * (farm.time_of[0] + farm.time_of[1]));
  CHECK(farm.time_of[1] > 0.35 * (farm.time_of[0] + farm.time_of[1]));
}

TEST_CASE("a gang gets neighbours, and one host where it asks for one", "[unit][policy]") {
  unit::SchedulerBed bed(8, {.hosts = {0, 0, 0, 1, 1, 1, 1, 1}, .seed = 1, .retracts = true});
  bed.submit(1, 1, one_by_one());
  farm::TaskOptions options = gang_of(4);
  options.one_host = true;
  bed.submit(1, 2, options);
  REQUIRE(bed.gangs().size() == 1);
  std::vector<int> ranks;
  for (const auto& dispatch : bed.sent()) ranks.push_back(dispatch.flight.engine.rank());
  CHECK(ranks == std::vector<int>{4, 5, 6, 7});
  options.ranks = 6;
  bed.submit(1, 3, options);
  CHECK(bed.refused().size() == 1);
  bed.drain();
}

TEST_CASE("what is short enough runs on engines that wait for a gang", "[unit][policy]") {
  unit::SchedulerBed bed(2);
  for (int i = 0; i < 4; ++i) {
    bed.submit(1, 1, one_by_one(), 0);
    bed.advance(100'000'000);
    bed.finish(0, 100'000'000);  // kernel 0 takes 100 ms
    bed.submit(1, 2, one_by_one(), 1);
    bed.advance(1'000'000);
    bed.finish(0, 1'000'000);  // kernel 1 takes 1 ms
  }
  bed.submit(1, 1, one_by_one(), 0);
  bed.submit(1, 3, gang_of(2));
  CHECK(bed.sent().empty());
  const auto small = bed.submit(1, 2, one_by_one(), 1);
  REQUIRE(bed.sent().size() == 1);
  CHECK(bed.sent().front().flight.batch == small);
  bed.submit(1, 1, one_by_one(), 0);  // too long
  CHECK(bed.sent().empty());
  bed.advance(1'000'000);
  bed.finish_ticket(bed.flying().back().ticket, 1'000'000);
  CHECK(bed.sent().empty());
  bed.finish(0, 100'000'000);
  CHECK(bed.gangs().size() == 1);
  bed.drain();
}
