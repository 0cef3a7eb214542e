// How many single tasks a second can bare MPI farm out?
#include "master_worker.hpp"

int main(int argc, char** argv) {
  const auto increment = [](double x) { return x + 1; };
  return bench::run_floor(argc, argv, "task_rate", 0, increment, 1.0);
}
