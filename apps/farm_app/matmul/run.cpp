#include "farm_app/matmul/run.hpp"

#include <algorithm>

#include "farm_app/numbers/statistics.hpp"

namespace app::dense {

Phases medians(const std::vector<Phases>& runs) {
  const auto median = [&](auto time_of) {
    std::vector<Sample> samples;
    samples.reserve(runs.size());
    for (const Phases& run : runs) samples.push_back({time_of(run)});
    return summarise(samples).median;
  };
  Phases middle;
  middle.distribution = median([](const Phases& run) { return run.distribution; });
  middle.product = median([](const Phases& run) { return run.product; });
  middle.collection = median([](const Phases& run) { return run.collection; });
  middle.engine.computing = median([](const Phases& run) { return run.engine.computing; });
  middle.engine.passing = median([](const Phases& run) { return run.engine.passing; });
  return middle;
}

EngineTimes slowest(const std::vector<EngineTimes>& engines) {
  return *std::max_element(
      engines.begin(), engines.end(),
      [](const EngineTimes& a, const EngineTimes& b) { return a.computing < b.computing; });
}

}  // namespace app::dense
