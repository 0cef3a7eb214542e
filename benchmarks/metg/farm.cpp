// How short may tasks be before the farm takes as much time as they do?
#include <farm/farm.hpp>

#include "metg/metg.hpp"

double task(std::uint32_t steps) { return bench::spin(steps); }
double step_of_engine() { return bench::measure_step(); }

int drive(farm::Client& client) {
  bench::Metg metg;
  bench::Options options("metg: the mean run time of a task at which half of the time is work");
  metg.declare(options);
  if (const auto status = options.parse(client.arguments())) return *status;
  const auto chunk = farm::chunk_named(metg.chunk);
  if (!chunk || client.size() != 1) {
    std::cerr << "metg: needs one engine (np 2); --chunk is a number or one of "
              << farm::chunk_names() << '\n';
    return 2;
  }
  farm::CountOrAutomatic hwm = farm::automatic;
  if (metg.window != "auto") hwm = std::stoll(metg.window);
  const auto view = client.load_balanced().with({.chunk = *chunk, .hwm = hwm});
  const double step_ns = view.apply(farm::kernel<&step_of_engine>).get();
  metg.search("farm", 2, step_ns, [&](std::uint32_t steps, std::size_t tasks) {
    const std::vector<std::uint32_t> inputs(tasks, steps);
    const bench::Stopwatch watch;
    view.map(farm::kernel<&task>, inputs).get();
    return watch.seconds();
  });
  return 0;
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
