#include <catch2/catch.hpp>
#include <random>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using unit::SchedulerBed;

namespace {

using Random = std::mt19937_64;

int below(Random& random, int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }

TaskOptions any_options(Random& random, int engines) {
  TaskOptions options;
  const int chunk = below(random, 5);
  if (chunk > 0) options.chunk = chunk * chunk;
  const int hwm = below(random, 6);
  if (hwm < 5) options.hwm = hwm;
  if (below(random, 2) == 0) {
    for (const farm::EngineId id : SchedulerBed::ids(engines)) {
      if (below(random, 3) == 0) options.targets.push_back(id);
    }
    std::shuffle(options.targets.begin(), options.targets.end(), random);
  }
  return options;
}

std::uint32_t any_live(const SchedulerBed& bed, Random& random) {
  auto number = static_cast<std::uint32_t>(random() % bed.numbers());
  while (!bed.is_live(number)) number = (number + 1) % static_cast<std::uint32_t>(bed.numbers());
  return number;
}

// Events in any order; how likely each is changes on the way, so that queues fill and run dry.
void hammer(SchedulerBed& bed, Random& random, int engines, int events) {
  std::vector<TaskOptions> routes(1 + random() % 20);
  for (TaskOptions& route : routes) route = any_options(random, engines);
  for (int event = 0; event < events; ++event) {
    const int submits = event / 100 % 2 == 0 ? 60 : 15;
    const int dice = below(random, 100);
    if (dice < submits) {
      const std::size_t route = random() % routes.size();
      const int items = below(random, 4) == 0 ? 1 + below(random, 300) : 1 + below(random, 3);
      bed.submit(static_cast<std::uint64_t>(items), route + 1, routes[route],
                 static_cast<std::uint32_t>(route % 3), below(random, 2000));
    } else if (dice < 95) {
      if (bed.flying().empty()) continue;
      const std::size_t n = random() % bed.flying().size();
      const std::int64_t run = std::int64_t{1} << below(random, 32);
      bed.finish(n, run, static_cast<std::size_t>(below(random, 10'000)));
    } else if (bed.live() > 0) {
      bed.cancel(any_live(bed, random));
    }
  }
}

}  // namespace

TEST_CASE("no order of events breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 41U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed bed(engines);
  hammer(bed, random, engines, 400);
  while (!bed.flying().empty()) bed.finish(random() % bed.flying().size());
  bed.check_empty();
}

TEST_CASE("cancelling everything leaves only what is under way", "[unit][policy]") {
  const auto seed = GENERATE(range(100U, 110U));
  Random random(seed);
  CAPTURE(seed);
  SchedulerBed bed(5);
  hammer(bed, random, 5, 200);
  for (std::uint32_t number = 0; number < bed.numbers(); ++number) {
    if (bed.is_live(number)) bed.cancel(number);
  }
  const std::size_t flying = bed.flying().size();
  for (std::size_t i = 0; i < flying; ++i) {
    bed.finish(random() % bed.flying().size());
    CHECK(bed.sent().empty());
  }
  bed.check_empty();
}
