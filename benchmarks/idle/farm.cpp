// What do engines cost that wait for work, and how fast are they back? Rank 0 sleeps meanwhile.
#include <farm/farm.hpp>
#include <iostream>
#include <vector>

#include "idle.hpp"
#include "options.hpp"

double same(double x) { return x; }

int drive(farm::Client& client) {
  bench::Idle idle;
  bench::Options options("idle: engines that wait for work");
  idle.declare(options);
  if (const auto status = options.parse(client.arguments())) return *status;
  if (idle.wakes < 1) {
    std::cerr << "idle: needs at least one wake\n";
    return 2;
  }
  std::vector<int> pids;
  for (const farm::EngineInfo& engine : client.engines()) pids.push_back(engine.pid);
  auto tasks = client.load_balanced();
  tasks.map(farm::kernel<&same>, std::vector<double>(10 * pids.size(), 1.0)).get();  // awake once
  idle.measure("farm", pids, [&] { tasks.apply(farm::kernel<&same>, 1.0).get(); });
  return 0;
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
