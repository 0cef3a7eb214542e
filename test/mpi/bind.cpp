#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace bind_kernels {

// Counts on each engine how often one was unpacked there.
struct Counted {
  std::vector<double> table;

  template <class Archive>
  void serialize(Archive& archive, unsigned int) {
    archive& table;
    if (Archive::is_loading::value) ++unpacked;
  }
  static inline std::atomic<int> unpacked = 0;
};

int unpackings(const Counted&, int) { return Counted::unpacked; }

double interpolate(const std::vector<double>& table, double scale, int i) {
  return scale * table[static_cast<std::size_t>(i)];
}
std::pair<int, std::string> with_engine(farm::Engine& here, const std::string& common, int x) {
  return {here.id().rank(), common + std::to_string(x)};
}
const void* address_of(const std::vector<double>& table) { return table.data(); }
bool same_address(const std::vector<double>& table, int) {
  static std::atomic<const void*> first = nullptr;
  const void* expected = nullptr;
  first.compare_exchange_strong(expected, address_of(table));
  return expected == nullptr || expected == address_of(table);
}

}  // namespace bind_kernels

using namespace bind_kernels;

TEST_CASE("Bound arguments come first", "[bind]") {
  auto tasks = client().load_balanced();
  const std::vector<double> table{1, 2, 4, 8};
  REQUIRE(tasks.map(farm::bind(farm::kernel<&interpolate>, table, 0.5), numbers(4)).get() ==
          std::vector{0.5, 1.0, 2.0, 4.0});
  REQUIRE(tasks.apply(farm::bind(farm::kernel<&interpolate>, table), 3.0, 1).get() == 6.0);
  REQUIRE(tasks.apply(farm::bind(farm::kernel<&interpolate>, table, 1.0, 3)).get() == 8.0);
  const std::vector<std::tuple<double, int>> tuples{{1.0, 0}, {2.0, 1}};
  REQUIRE(tasks.starmap(farm::bind(farm::kernel<&interpolate>, table), tuples).get() ==
          std::vector{1.0, 4.0});
  auto [engine, text] =
      client().load_balanced({-1}).apply(farm::bind(farm::kernel<&with_engine>, "x"), 7).get();
  REQUIRE(engine == client().ids().back().rank());
  REQUIRE(text == "x7");
}

TEST_CASE("Common arguments are unpacked once on an engine and not once a task", "[bind]") {
  auto tasks = client().load_balanced().with({.chunk = 1});
  const auto bound =
      farm::bind(farm::kernel<&unpackings>, Counted{std::vector<double>(10'000, 1.0)});
  const auto before = tasks.map(bound, numbers(300)).get();
  const auto copy = bound;
  const auto after = tasks.with({.chunk = 10}).map(copy, numbers(300)).get();
  for (const int n : before) REQUIRE(n == 1);
  for (const int n : after) REQUIRE(n == 1);
  REQUIRE(
      tasks
          .map(farm::bind(farm::kernel<&same_address>, std::vector<double>(100, 2.0)), numbers(200))
          .get() == std::vector<bool>(200, true));
}

TEST_CASE("Many bound kernels come and go", "[bind]") {
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<double>> results;
  for (int i = 0; i < 500; ++i) {
    const std::vector<double> table(100, i);
    results.push_back(tasks.apply(farm::bind(farm::kernel<&interpolate>, table), 1.0, 99));
  }
  for (int i = 0; i < 500; ++i) REQUIRE(results[static_cast<std::size_t>(i)].get() == i);
}

TEST_CASE("A large common argument serves many small tasks", "[bind][large]") {
  auto tasks = client().load_balanced();
  std::vector<double> table(500'000);
  std::iota(table.begin(), table.end(), 0.0);
  auto result = tasks.map(farm::bind(farm::kernel<&interpolate>, table, 1.0), numbers(20'000));
  table.clear();
  const std::vector<double> values = result.get();
  int wrong = 0;
  for (int i = 0; i < 20'000; ++i) wrong += values[static_cast<std::size_t>(i)] == i ? 0 : 1;
  REQUIRE(wrong == 0);
}
