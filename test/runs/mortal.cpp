#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "farm/farm.hpp"

// A program whose processes are killed while it runs.  usage: mortal STATUS SECONDS

namespace mortal {

int pid(farm::Engine&) { return getpid(); }
int nap_and_square(int x) {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return x * x;
}

// Says who is who, and has short tasks run for about so many seconds.
int drive(farm::Client& client) {
  const std::vector<int> pids = client.direct().apply(farm::kernel<&pid>).get();
  std::cout << "hub " << getpid() << '\n';
  for (std::size_t i = 0; i < pids.size(); ++i) {
    std::cout << "engine " << i + 1 << ' ' << pids[i] << '\n';
  }
  std::cout << "ready" << std::endl;
  const double seconds = std::stod(client.arguments().at(2));
  std::vector<int> numbers(static_cast<std::size_t>(seconds * 200) * pids.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  const std::vector<int> squares =
      client.load_balanced().map(farm::kernel<&nap_and_square>, numbers).get();
  bool right = squares.size() == numbers.size();
  for (int i = 0; right && i < static_cast<int>(squares.size()); ++i) right = squares[i] == i * i;
  std::cout << (right ? "all right" : "wrong") << std::endl;
  return std::stoi(client.arguments().at(1));
}

}  // namespace mortal

int main(int argc, char** argv) { return farm::run(argc, argv, mortal::drive); }
