// How far from the best possible makespan does each scheme end, on task times as they come up?
// Twice over: real engines that wait busily (farm), and 64 engines in virtual time (simulated).
#include <chrono>
#include <farm/farm.hpp>
#include <functional>
#include <iostream>

#include "clock.hpp"
#include "csv.hpp"
#include "imbalance/simulation.hpp"
#include "imbalance/task_times.hpp"
#include "options.hpp"

namespace imbalance {

using Makespan = std::function<Outcome(const std::vector<double>& times, const farm::Chunk& chunk)>;

const std::vector<std::string>& schemes() {
  static const std::vector<std::string> names{
      "auto", "static", "self", "fsc", "guided", "trapezoid", "factoring", "weighted", "adaptive"};
  return names;
}

double wait_busily(double ns) {
  const bench::Stopwatch watch;
  while (1e3 * watch.microseconds() < ns) {
  }
  return ns;
}

// The chunks of a map are told apart by their engine and their start.
Outcome run_here(const farm::LoadBalancedView& view, const std::vector<double>& times) {
  const bench::Stopwatch watch;
  auto handle = view.map(farm::kernel<&wait_busily>, times);
  handle.wait();
  Outcome outcome{1e9 * watch.seconds(), 0};
  double chunks = 0;
  for (const auto& result : handle.as_completed()) chunks += 1.0 / result.info().in_chunk;
  outcome.chunks = static_cast<std::size_t>(chunks + 0.5);
  return outcome;
}

void print_all(const std::string& side, std::size_t engines, std::size_t tasks, double mean_ns,
               const Makespan& makespan) {
  for (const std::string& distribution : distributions()) {
    const std::size_t count = distribution == "mandelbrot" ? 800 : tasks;  // one picture
    const std::vector<double> times = task_times(distribution, count, mean_ns);
    const double least = least_makespan(times, engines);
    for (const std::string& scheme : schemes()) {
      const Outcome outcome = makespan(times, farm::chunk_named(scheme).value());
      bench::Row row("imbalance", side, static_cast<int>(engines) + 1);
      row.add("distribution", distribution).add("chunk", scheme).add("tasks", count);
      row.add("chunks", outcome.chunks).add("seconds", outcome.makespan / 1e9);
      row.add("least_seconds", least / 1e9);
      row.add("fifo_excess", list_makespan(times, engines) / least - 1);
      row.add("lpt_excess", longest_first_makespan(times, engines) / least - 1);
      row.add("excess", outcome.makespan / least - 1).print();
    }
  }
}

int drive(farm::Client& client) {
  std::string side = "farm";
  std::size_t tasks = 800;
  std::size_t engines = 64;
  double mean_us = 0;
  bench::Options options("imbalance: the makespan of each scheme beside the least possible one");
  options.add("case", side, "farm: real engines; simulated: in virtual time");
  options.add("tasks", tasks, "number of tasks (for each engine if simulated); mandelbrot has 800");
  options.add("engines", engines, "number of simulated engines");
  options.add("mean-us", mean_us, "mean run time of a task; 0: 100, or 1000 if simulated");
  if (const auto status = options.parse(client.arguments())) return *status;
  if ((side != "farm" && side != "simulated") || tasks == 0 || engines == 0 || mean_us < 0) {
    std::cerr << "imbalance: --case is farm or simulated, and counts are 1 or more\n";
    return 2;
  }
  if (side == "simulated") {
    const double mean_ns = mean_us > 0 ? 1e3 * mean_us : 1e6;
    print_all(side, engines, tasks * engines, mean_ns,
              [&](const auto& times, const farm::Chunk& chunk) {
                farm::TaskOptions with;
                with.chunk = chunk;
                return Simulation(times, engines).run(with);
              });
    return 0;
  }
  const double mean_ns = mean_us > 0 ? 1e3 * mean_us : 1e5;
  client.load_balanced().map(farm::kernel<&wait_busily>, std::vector<double>(100, 1000.0)).get();
  print_all(side, client.size(), tasks, mean_ns, [&](const auto& times, const farm::Chunk& chunk) {
    return run_here(client.load_balanced().with({.chunk = chunk}), times);
  });
  return 0;
}

}  // namespace imbalance

int main(int argc, char** argv) { return farm::run(argc, argv, imbalance::drive); }
