#pragma once
// The classic master/worker loop in bare MPI, one task per message and `window` tasks on the way
// to each worker: what a farm of single tasks can be measured against. It is the floor of two
// questions, which differ in their kernel and in the name they print.

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include "bare_mpi.hpp"
#include "clock.hpp"
#include "options.hpp"
#include "rates.hpp"

namespace bench {

/// The master: sends each input to whoever has room, and returns the sum of the answers.
inline double farm_out(const std::vector<double>& inputs, std::size_t tasks, int window, int size) {
  std::size_t sent = 0;
  Message message;
  const auto send_next = [&](int worker) {
    message.value = inputs[sent++];
    send(message, worker);
  };
  for (int turn = 0; turn < window; ++turn) {
    for (int worker = 1; worker < size && sent < tasks; ++worker) send_next(worker);
  }
  double sum = 0;
  for (std::size_t answered = 0; answered < tasks; ++answered) {
    const int worker = receive(message).MPI_SOURCE;
    sum += message.value;
    if (sent < tasks) send_next(worker);
  }
  return sum;
}

/// The whole program: options, a warm-up, the timed run, the check and the row. `kernel` adds
/// `step` to its value. `tasks` of 0 means as many as suit the number of ranks.
template <class Kernel>
int run_floor(int argc, char** argv, const std::string& question, std::size_t tasks, Kernel kernel,
              double step) {
  BareMpi mpi(argc, argv);
  int window = 16;
  Options options(question + ", the floor: one task per message in bare MPI");
  options.add("tasks", tasks, "number of tasks; 0: as many as suit the number of ranks");
  options.add("window", window, "tasks on the way to each worker");
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  if (mpi.size() < 2 || window < 1) {
    if (mpi.is_master()) std::cerr << question << ": needs two ranks and a window of 1 or more\n";
    return 2;
  }
  if (!mpi.is_master()) {
    work(kernel);
    return 0;
  }
  if (tasks == 0) tasks = default_tasks(mpi.size());
  const std::vector<double> inputs = ramp(tasks);
  farm_out(inputs, std::min(tasks, warm_up(tasks)), window, mpi.size());
  const Stopwatch watch;
  const double sum = farm_out(inputs, tasks, window, mpi.size());
  const double seconds = watch.seconds();
  stop_workers(mpi.size());
  if (sum != ramp_sum(tasks, step)) {
    std::cerr << question << ": the sum of the results is wrong: " << sum << '\n';
    return 1;
  }
  rate_row(question, "floor", mpi.size(), window, tasks, seconds).print();
  return 0;
}

}  // namespace bench
