// What does a journal cost? Maps of an empty kernel, one task per message, submitted at a rate or
// at once; run with --farm-journal and without.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <farm/farm.hpp>
#include <iostream>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"

double increment(double x) { return x + 1; }

namespace {

// Submits `tasks` in maps of a millisecond's worth, each when its time has come, and waits for all.
std::size_t run_offered(const farm::LoadBalancedView& view, std::size_t tasks, double rate) {
  const bench::Stopwatch watch;
  std::vector<farm::AsyncMapResult<double>> maps;
  std::size_t submitted = 0;
  while (submitted < tasks) {
    const auto due = std::min(tasks, static_cast<std::size_t>(rate * watch.seconds()));
    if (due > submitted) {
      maps.push_back(view.map(farm::kernel<&increment>, std::vector<double>(due - submitted, 1.0)));
      submitted = due;
    }
    // The driver waits in the library, where it moves the farm.
    if (!maps.empty()) maps.back().wait(std::chrono::milliseconds(1));
  }
  std::size_t right = 0;
  for (const auto& map : maps) {
    for (const double x : map.get()) right += x == 2 ? 1 : 0;
  }
  return right;
}

std::size_t run_at_once(const farm::LoadBalancedView& view, std::size_t tasks) {
  const std::vector<double> results =
      view.map(farm::kernel<&increment>, std::vector<double>(tasks, 1.0)).get();
  return static_cast<std::size_t>(std::count(results.begin(), results.end(), 2.0));
}

}  // namespace

int drive(farm::Client& client) {
  std::size_t tasks = 1'000'000;
  double rate = 0;
  int window = 16;
  std::string side = "farm";
  bench::Options options("journal: maps of an empty kernel, one task per message");
  options.add("tasks", tasks, "number of tasks");
  options.add("rate", rate, "tasks a second that are submitted; 0: all at once");
  options.add("window", window, "tasks on the way to each engine (hwm)");
  options.add("side", side, "the name of the row: whether there is a journal");
  if (const auto status = options.parse(client.arguments())) return *status;

  const auto view = client.load_balanced().with({.chunk = 1, .hwm = window});
  run_at_once(view, tasks / 10);
  const bench::Stopwatch watch;
  const std::size_t right = rate > 0 ? run_offered(view, tasks, rate) : run_at_once(view, tasks);
  const double seconds = watch.seconds();
  if (right != tasks) {
    std::cerr << "journal: " << right << " of " << tasks << " results are right\n";
    return 1;
  }
  bench::Row("journal", side, static_cast<int>(client.size()) + 1)
      .add("offered", rate)
      .add("tasks", tasks)
      .add("seconds", seconds)
      .add("rate", static_cast<double>(tasks) / seconds)
      .print();
  return 0;
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
