// How many single tasks a second does the farm do, one task per message?
#include <cstddef>

#include "farm_rate.hpp"
#include "options.hpp"

double increment(double x) { return x + 1; }

int drive(farm::Client& client) {
  std::size_t tasks = 0;
  int window = 16;
  bench::Options options("task_rate: a map of an empty kernel, one task per message");
  options.add("tasks", tasks, "number of tasks; 0: as many as suit the number of ranks");
  options.add("window", window, "tasks on the way to each engine (hwm)");
  if (const auto status = options.parse(client.arguments())) return *status;
  if (tasks == 0) tasks = bench::default_tasks(static_cast<int>(client.size()) + 1);
  const auto view = client.load_balanced().with({.chunk = 1, .hwm = window});
  return bench::time_map(client, view, farm::kernel<&increment>, "task_rate", tasks, window, 1.0);
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
