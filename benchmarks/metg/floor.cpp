// How short may tasks be in a bare-MPI master/worker loop, one task per message?
#include "master_worker.hpp"
#include "metg/metg.hpp"

int main(int argc, char** argv) {
  bench::BareMpi mpi(argc, argv);
  bench::Metg metg;
  metg.chunk = "1";
  bench::Options options("metg, the floor: one task per message in bare MPI");
  metg.declare(options);
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  metg.chunk = "1";
  if (metg.window == "auto") metg.window = "16";
  if (mpi.size() != 2) {
    if (mpi.is_master()) std::cerr << "metg: needs one worker (np 2)\n";
    return 2;
  }
  if (!mpi.is_master()) {
    bench::Message step;
    bench::receive(step, 0);
    step.value = bench::measure_step();
    bench::send(step, 0);
    bench::work([](double steps) { return bench::spin(static_cast<std::uint32_t>(steps)); });
    return 0;
  }
  bench::Message step;
  bench::send(step, 1);
  bench::receive(step, 1);
  metg.search("floor", 2, step.value, [&](std::uint32_t steps, std::size_t tasks) {
    const std::vector<double> inputs(tasks, steps);
    const bench::Stopwatch watch;
    bench::farm_out(inputs, tasks, std::stoi(metg.window), 2);
    return watch.seconds();
  });
  bench::stop_workers(2);
  return 0;
}
