// How fast do processes start and end whose only work is that? The floor of farm_app run: a loop of
// posix_spawn and wait in each of some workers.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <string>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"

namespace {

// Returns whether all commands were good.
bool work(int tasks, char* command) {
  std::array<char*, 2> words{command, nullptr};
  for (int i = 0; i < tasks; ++i) {
    pid_t child = 0;
    int status = 0;
    if (posix_spawnp(&child, command, nullptr, nullptr, words.data(), environ) != 0) return false;
    if (waitpid(child, &status, 0) != child || status != 0) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int tasks = 20'000;
  int workers = 2;
  std::string command = "true";
  bench::Options options("command_rate, the floor: posix_spawn and wait in a few processes");
  options.add("tasks", tasks, "commands in all")
      .add("workers", workers, "processes that start them")
      .add("command", command, "a program without arguments");
  if (const auto status = options.parse({argv, argv + argc})) return *status;
  if (tasks < 1 || workers < 1) {
    std::cerr << "command_rate: needs at least one task and one worker\n";
    return 2;
  }
  const bench::Stopwatch watch;
  for (int worker = 0; worker < workers; ++worker) {
    const int share = tasks / workers + (worker < tasks % workers ? 1 : 0);
    const pid_t child = fork();
    if (child == 0) _exit(work(share, command.data()) ? 0 : 1);
    if (child < 0) return 1;
  }
  bool good = true;
  int status = 0;
  while (wait(&status) > 0) good = good && status == 0;
  const double seconds = watch.seconds();
  if (!good) {
    std::cerr << "command_rate: " << command << " failed\n";
    return 1;
  }
  bench::Row("command_rate", "floor", workers + 1)
      .add("tasks", tasks)
      .add("seconds", seconds)
      .add("rate", tasks / seconds)
      .print();
  return 0;
}
