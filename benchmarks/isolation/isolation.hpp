#pragma once
// What both sides of the question have in common: their options, the cores, and the row.

#include <sched.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"
#include "statistics.hpp"

namespace bench {

struct IsolationCase {
  int cores = 1;  // that the two processes have together
  int tasks = 20'000;
  std::size_t bytes = 8;  // in, and out again
  bool crash = false;     // every task ends its process

  /// Exit status if the program is to leave at once.
  std::optional<int> parse(int argc, char** argv, const std::string& what) {
    Options options(what);
    options.add("cores", cores, "1: both processes on one core, 2: each on one of its own");
    options.add("tasks", tasks, "number of tasks, one after the other");
    options.add("bytes", bytes, "size of an argument, which is also the result");
    options.add("crash", crash, "whether every task ends the process that runs it");
    if (const auto status = options.parse({argv, argv + argc})) return status;
    if (cores >= 1 && cores <= 2 && tasks >= 1 && bytes >= 1) return std::nullopt;
    std::cerr << "isolation: --cores is 1 or 2, --tasks and --bytes are 1 or more\n";
    return 2;
  }
  /// The child is forked between these two.
  void place_child() const { place(cores - 1); }
  void place_self() const { place(0); }
  /// How often to look before sleep.
  int looks() const { return cores == 2 ? 2000 : 0; }

  /// Runs `task(i)`, which says whether it was right, that many times; prints the median time.
  template <class Task>
  int time(const std::string& side, const Task& task) const {
    constexpr int groups = 20;
    std::vector<double> times;
    const int each = std::max(1, tasks / groups);
    bool right = task();  // the first one makes what all need
    for (int group = 0; group < groups; ++group) {
      const Stopwatch watch;
      for (int i = 0; i < each; ++i) right = task() && right;
      times.push_back(watch.microseconds() / each);
    }
    if (!right) {
      std::cerr << "isolation: a task did not come back as it should\n";
      return 1;
    }
    Row row("isolation", side, 1);
    row.add("cores", cores).add("bytes", bytes).add("crash", crash).add("us", median(times));
    row.print();
    return 0;
  }

 private:
  // Core number n of those that this program may use; the last one if there are fewer.
  static void place(int n) {
    static const cpu_set_t allowed = [] {
      cpu_set_t set;
      sched_getaffinity(0, sizeof set, &set);
      return set;
    }();
    int core = 0;
    for (int at = 0, found = 0; at < CPU_SETSIZE && found <= n; ++at) {
      if (!CPU_ISSET(at, &allowed)) continue;
      core = at;
      ++found;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    sched_setaffinity(0, sizeof one, &one);
  }
};

}  // namespace bench
