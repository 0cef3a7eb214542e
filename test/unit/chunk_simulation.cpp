// The schemes in virtual time, on task times as they come up in practice.

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "imbalance/simulation.hpp"
#include "imbalance/task_times.hpp"

using imbalance::least_makespan;
using imbalance::list_makespan;
using imbalance::longest_first_makespan;
using imbalance::Simulation;
using imbalance::task_times;

namespace {

constexpr double millisecond = 1e6;
constexpr const char* schemes[] = {"static",    "self",      "fsc",      "guided",
                                   "trapezoid", "factoring", "weighted", "adaptive"};

farm::TaskOptions chunks_of(const std::string& name) {
  farm::TaskOptions options;
  options.chunk = farm::chunk_named(name).value();
  return options;
}

double makespan(const std::string& chunk, const std::vector<double>& times, std::size_t engines,
                std::vector<double> slowness = {}) {
  Simulation simulation(times, engines, {}, std::move(slowness));
  return simulation.run(chunks_of(chunk)).makespan;
}

double best_scheme(const std::vector<double>& times, std::size_t engines) {
  double best = std::numeric_limits<double>::max();
  for (const char* scheme : schemes) best = std::min(best, makespan(scheme, times, engines));
  return best;
}

std::size_t tasks_for(const std::string& distribution, std::size_t engines) {
  if (distribution == "mandelbrot") return engines > 100 ? 8000 : 800;  // pictures of 800 rows
  return 100 * engines;
}

}  // namespace

// The bound is list scheduling in the order of submission, without messages: what no farm that
// keeps the order can beat by much.
TEST_CASE("the automatic schedule is within 3 % of list scheduling", "[unit][policy][simulation]") {
  const std::size_t engines = GENERATE(10, 64, 1000);
  const double mean = GENERATE(1.0, 20.0) * millisecond;
  for (const std::string& distribution : imbalance::distributions()) {
    const auto times = task_times(distribution, tasks_for(distribution, engines), mean);
    const double reached = makespan("auto", times, engines);
    CAPTURE(engines, mean, distribution);
    // Eight rows an engine: those from the picture's edge tell nothing of the others.
    const bool few = engines == 1000 && distribution == "mandelbrot" && mean < 2 * millisecond;
    CHECK(reached < (few ? 1.15 : 1.03) * list_makespan(times, engines));
    CHECK(reached >= least_makespan(times, engines));
    CHECK(longest_first_makespan(times, engines) <= 1.02 * least_makespan(times, engines));
  }
}

TEST_CASE("the automatic schedule is within 5 % of the best scheme", "[unit][policy][simulation]") {
  const double mean = GENERATE(0.02, 1.0, 20.0) * millisecond;
  for (const std::string& distribution : imbalance::distributions()) {
    // 800 rows of 20 us are over before anything is measured.
    if (mean < millisecond && distribution == "mandelbrot") continue;
    const auto times = task_times(distribution, tasks_for(distribution, 64), mean);
    CAPTURE(mean, distribution);
    CHECK(makespan("auto", times, 64) < 1.05 * best_scheme(times, 64));
  }
}

TEST_CASE("a million short tasks of any distribution travel in few messages",
          "[unit][policy][simulation]") {
  for (const std::string& distribution : imbalance::distributions()) {
    if (distribution == "mandelbrot") continue;
    const auto times = task_times(distribution, 1'000'000, 1000);
    farm::TaskOptions options;
    const auto outcome = Simulation(times, 64).run(options);
    CAPTURE(distribution, outcome.chunks);
    CHECK(outcome.chunks < 20'000);
    CHECK(outcome.makespan < 1.03 * list_makespan(times, 64));
  }
}

TEST_CASE("each scheme makes as many chunks as its literature says", "[unit][policy][simulation]") {
  const auto times = task_times("constant", 6400, millisecond);
  const auto count = [&](const char* scheme) {
    return Simulation(times, 64).run(chunks_of(scheme)).chunks;
  };
  CHECK(count("static") == 64);
  CHECK(count("self") == 6400);
  CHECK(count("100") == 64);
  CHECK(count("trapezoid") <= 256);
  CHECK(count("factoring") == 7 * 64);
  CHECK(count("weighted") == 7 * 64);
  CHECK(count("guided") > 300);
  CHECK(count("guided") < 350);
}

TEST_CASE("adaptive factoring learns which engines are slow", "[unit][policy][simulation]") {
  const auto times = task_times("constant", 64'000, 100'000);
  std::vector<double> slowness(64, 1.0);
  std::fill(slowness.begin(), slowness.begin() + 32, 4.0);
  // 32 engines at full speed and 32 at a quarter are 40 engines.
  const double bound = 64'000 * 100'000.0 / 40;
  Simulation farm(times, 64, {}, slowness);
  CHECK(farm.run(chunks_of("factoring")).makespan > 1.2 * bound);
  const double first = farm.run(chunks_of("adaptive")).makespan;
  const double second = farm.run(chunks_of("adaptive")).makespan;
  const double weighted = farm.run(chunks_of("weighted")).makespan;
  CAPTURE(first / bound, second / bound, weighted / bound);
  CHECK(second < 1.1 * bound);
  CHECK(weighted < 1.1 * bound);
  CHECK(second <= first);
  CHECK(makespan("static", times, 64, slowness) > 2 * bound);
}
