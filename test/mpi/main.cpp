#include "catch/session.hpp"
#include "mpi/farm_client.hpp"

// The tests run in the driver, on rank 0; the other ranks serve as engines.

namespace farm_test {

namespace {

farm::Client* the_client = nullptr;

int run_tests(farm::Client& client) {
  the_client = &client;
  std::vector<const char*> arguments;
  for (const std::string& argument : client.arguments()) arguments.push_back(argument.c_str());
  return run_session(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

farm::Client& client() { return *the_client; }

}  // namespace farm_test

int main(int argc, char** argv) { return farm::run(argc, argv, farm_test::run_tests); }
