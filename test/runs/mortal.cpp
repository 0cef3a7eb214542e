#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "farm/farm.hpp"

// A program whose processes are killed while it runs.  usage: mortal STATUS SECONDS

namespace mortal {

int pid(farm::Engine&) { return getpid(); }

// Says who is who, and waits. Nothing is asked of the engines meanwhile.
int drive(farm::Client& client) {
  const std::vector<int> pids = client.direct().apply(farm::kernel<&pid>).get();
  std::cout << "hub " << getpid() << '\n';
  for (std::size_t i = 0; i < pids.size(); ++i) {
    std::cout << "engine " << i + 1 << ' ' << pids[i] << '\n';
  }
  std::cout << "ready" << std::endl;
  std::this_thread::sleep_for(farm::Seconds{std::stod(client.arguments().at(2))});
  std::cout << "over" << std::endl;
  return std::stoi(client.arguments().at(1));
}

}  // namespace mortal

int main(int argc, char** argv) { return farm::run(argc, argv, mortal::drive); }
