// The scheduler in virtual time: engines that work and messages that travel, without either.

#include <catch2/catch.hpp>
#include <functional>
#include <queue>
#include <random>

#include "scheduler_bed.hpp"

using unit::SchedulerBed;

namespace {

constexpr int engines = 64;
constexpr double latency_ns = 2000;   // one way
constexpr double overhead_ns = 1000;  // of a chunk on its engine

struct Outcome {
  double makespan = 0;
  double work = 0;
  double longest = 0;
  std::size_t chunks = 0;

  // Over what no schedule can beat.
  double excess() const { return makespan / std::max(work / engines, longest) - 1; }
};

struct Arrival {
  double at = 0;
  farm::policy::Ticket ticket = 0;
  double run = 0;
  friend bool operator>(const Arrival& a, const Arrival& b) { return a.at > b.at; }
};

Outcome simulate(std::uint64_t items, const farm::TaskOptions& options,
                 const std::function<double(std::uint64_t)>& run_ns) {
  SchedulerBed bed(engines);
  Outcome outcome;
  std::vector<double> free_at(engines + 1, 0.0);
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals;
  double now = 0;
  const auto send = [&] {
    for (const farm::policy::Dispatch& dispatch : bed.sent()) {
      double run = overhead_ns;
      for (std::uint64_t i = 0; i < dispatch.flight.count; ++i) {
        const double each = run_ns(dispatch.flight.first + i);
        run += each;
        outcome.work += each;
        outcome.longest = std::max(outcome.longest, each);
      }
      double& engine = free_at[static_cast<std::size_t>(dispatch.flight.engine.rank())];
      engine = std::max(engine, now + latency_ns) + run;
      arrivals.push({engine + latency_ns, dispatch.ticket, run});
      ++outcome.chunks;
    }
  };
  bed.submit(items, 1, options);
  send();
  while (!arrivals.empty()) {
    const Arrival arrival = arrivals.top();
    arrivals.pop();
    now = arrival.at;
    bed.finish_ticket(arrival.ticket, static_cast<std::int64_t>(arrival.run));
    send();
  }
  bed.check_empty();
  outcome.makespan = now;
  return outcome;
}

}  // namespace

TEST_CASE("64 engines share long tasks evenly", "[unit][policy][simulation]") {
  std::mt19937 random(1);
  std::exponential_distribution<double> run(1 / 20e6);
  std::vector<double> runs(6400);
  for (double& one : runs) one = run(random);
  const Outcome outcome = simulate(runs.size(), {}, [&](std::uint64_t i) { return runs[i]; });
  CAPTURE(outcome.makespan, outcome.chunks);
  CHECK(outcome.excess() < 0.1);
}

TEST_CASE("64 engines get short tasks in few messages", "[unit][policy][simulation]") {
  const Outcome outcome = simulate(1'000'000, {}, [](std::uint64_t) { return 1000.0; });
  CAPTURE(outcome.makespan, outcome.chunks);
  CHECK(outcome.chunks < 20'000);
  CHECK(outcome.excess() < 0.1);
}

TEST_CASE("the automatic schedule beats the static one where tasks get longer",
          "[unit][policy][simulation]") {
  const auto longer = [](std::uint64_t i) { return 1000.0 + static_cast<double>(i) * 100; };
  const Outcome dynamic = simulate(20'000, {}, longer);
  farm::TaskOptions blocks;
  blocks.hwm = 0;
  const Outcome fixed = simulate(20'000, blocks, longer);
  CAPTURE(dynamic.makespan, fixed.makespan);
  CHECK(fixed.excess() > 0.5);
  CHECK(dynamic.excess() < 0.15);
  CHECK(fixed.chunks == engines);
}
