#include "mpi/gate.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "mpi/farm_client.hpp"

namespace farm_test {

Gate::Gate() {
  static int gates = 0;
  const std::string name = "farm_gate_" + std::to_string(getpid()) + "_" + std::to_string(++gates);
  path_ = (std::filesystem::temp_directory_path() / name).string();
  std::filesystem::remove(path_);
}

Gate::~Gate() {
  open();
  client().wait(farm::Seconds{40});
  std::filesystem::remove(path_);
}

void Gate::open() const { std::ofstream(path_) << "open\n"; }

int hold(const std::string& gate, int value) {
  using namespace std::chrono_literals;
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!std::filesystem::exists(gate)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("nobody opened the gate");
    }
    std::this_thread::sleep_for(500us);
  }
  return value;
}

int hold_if(const std::string& gate, int value) { return gate.empty() ? value : hold(gate, value); }

}  // namespace farm_test
