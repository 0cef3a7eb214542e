// The floor under automatic chunks is still one task per message: what batching must beat.
#include "master_worker.hpp"

int main(int argc, char** argv) {
  const auto same = [](double x) { return x; };
  return bench::run_floor(argc, argv, "task_rate_auto", 10'000'000, same, 0.0);
}
