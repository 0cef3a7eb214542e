// Kernels that run while messages arrive.

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace listening_kernels {

int nap(farm::Engine& here, int ms) {
  here.sleep_for(std::chrono::milliseconds(ms));
  return ms;
}
// Long enough for the listener to read what is behind it.
std::size_t slow_length(const std::string& text) {
  if (text.front() == 'a') std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return text.size() + static_cast<std::size_t>(text.back() - 'a');
}
bool nobody_wants_an_end(farm::Engine& here) {
  here.check_stop();
  return !here.stop_requested() && !here.stop_token().stop_requested() && here.attempt() == 1;
}
int sum_of_ranks(farm::Engine& here) {
  here.check_stop();
  return here.communicator().all_reduce(here.communicator().rank(), std::plus<>());
}

}  // namespace listening_kernels

using namespace listening_kernels;

TEST_CASE("Much that arrives while a kernel runs is kept in its order", "[listening]") {
  const std::size_t size = GENERATE(1U, 1000U, 60'000U, 200'000U);
  const std::int64_t chunk = GENERATE(1, 3);  // the rest of a chunk stays while its first item runs
  CAPTURE(size, chunk);
  std::vector<std::string> texts;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < 120; ++i) {
    texts.emplace_back(size + i, static_cast<char>('a' + i % 26));
    lengths.push_back(size + i + i % 26);
  }
  auto tasks = client().load_balanced().with({.chunk = chunk, .hwm = 0});
  REQUIRE(tasks.map(farm::kernel<&slow_length>, texts).get() == lengths);
}

TEST_CASE("Kernels that nobody asks to stop are not told to", "[listening]") {
  auto tasks = client().load_balanced().with({.chunk = 1});
  for (int i = 0; i < 20; ++i) REQUIRE(tasks.apply(farm::kernel<&nobody_wants_an_end>).get());
  REQUIRE(tasks.map(farm::kernel<&nap>, std::vector<int>(20, 5)).get() == std::vector<int>(20, 5));
  for (const int sum : client().direct().apply(farm::kernel<&sum_of_ranks>).get()) {
    const auto engines = static_cast<int>(client().size());
    REQUIRE(sum == engines * (engines - 1) / 2);
  }
}
