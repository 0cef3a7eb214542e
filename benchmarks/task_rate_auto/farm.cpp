// How many empty tasks a second does the farm do if it may choose the chunks?
#include <cstddef>

#include "farm_rate.hpp"
#include "options.hpp"

double same(double x) { return x; }

int drive(farm::Client& client) {
  std::size_t tasks = 10'000'000;
  int window = 16;
  bench::Options options("task_rate_auto: a map of an empty kernel with automatic chunks");
  options.add("tasks", tasks, "number of tasks; 0: as many as suit the number of ranks");
  options.add("window", window, "the window of the floor; the farm chooses its own");
  if (const auto status = options.parse(client.arguments())) return *status;
  if (tasks == 0) tasks = bench::default_tasks(static_cast<int>(client.size()) + 1);
  const auto view = client.load_balanced().with({.chunk = farm::automatic});
  return bench::time_map(client, view, farm::kernel<&same>, "task_rate_auto", tasks, window, 0.0);
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
