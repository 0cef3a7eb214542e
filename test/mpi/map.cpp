#include <catch2/catch.hpp>
#include <list>
#include <map>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::counted;
using farm_test::numbers;

namespace map_kernels {

int square(int x) { return x * x; }
double weighted(int x, double weight) { return x * weight; }
std::string joined(const std::string& a, int b, char c) { return a + std::to_string(b) + c; }
void nothing(int) {}

struct Cube {
  int operator()(int x) const { return x * x * x; }
};

// Not in a TEST_CASE: those are static functions, and kernels of two files could get one name.
farm::AsyncMapResult<int> map_a_lambda(const farm::LoadBalancedView& tasks, std::vector<int> xs) {
  return tasks.map([](int x) { return x + 1; }, xs);
}
farm::AsyncMapResult<long> map_a_generic_lambda(const farm::LoadBalancedView& tasks,
                                                const std::vector<long>& xs) {
  return tasks.map([](auto x) { return x + 1; }, xs);
}

std::vector<int> squares(int n) {
  std::vector<int> all = numbers(n);
  for (int& x : all) x = square(x);
  return all;
}

}  // namespace map_kernels

TEST_CASE("Map over an empty sequence is ready, successful and empty", "[map][b057][b058]") {
  auto tasks = client().load_balanced();
  auto none = tasks.map(farm::kernel<&map_kernels::square>, std::vector<int>());
  REQUIRE(none.ready());
  REQUIRE(none.successful());
  REQUIRE(none.size() == 0);
  REQUIRE(none.progress() == 0);
  REQUIRE(none.get().empty());
  REQUIRE(none.outcomes().empty());
  REQUIRE(none.begin() == none.end());
  REQUIRE(none.cancel() == 0);
  REQUIRE(tasks.map(farm::kernel<&map_kernels::square>, counted(0)).get().empty());
  REQUIRE(
      tasks.map_unordered(farm::kernel<&map_kernels::square>, std::vector<int>()).get().empty());
  REQUIRE(
      tasks.starmap(farm::kernel<&map_kernels::weighted>, std::vector<std::tuple<int, double>>())
          .get()
          .empty());
  auto lazy = tasks.imap(farm::kernel<&map_kernels::square>, std::vector<int>());
  REQUIRE(lazy.begin() == lazy.end());
}

TEST_CASE("Map equals the serial map", "[map][b061][b074][np64]") {
  for (const int n : {1, 16, 101, 5000}) {
    auto result = client().load_balanced().map(farm::kernel<&map_kernels::square>, numbers(n));
    REQUIRE(result.size() == static_cast<std::size_t>(n));
    REQUIRE(result.get() == map_kernels::squares(n));
  }
}

TEST_CASE("Kernels are functions, function objects and captureless lambdas", "[map]") {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.map(map_kernels::Cube(), std::vector{1, 2, 3}).get() == std::vector{1, 8, 27});
  REQUIRE(map_kernels::map_a_lambda(tasks, {1, 2, 3}).get() == std::vector{2, 3, 4});
  REQUIRE(map_kernels::map_a_generic_lambda(tasks, {1, 2, 3}).get() == std::vector<long>{2, 3, 4});
}

TEST_CASE("Map reads one-pass ranges and ranges without random access", "[map][b062]") {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.map(farm::kernel<&map_kernels::square>, counted(100)).get() ==
          map_kernels::squares(100));
  REQUIRE(tasks.map(farm::kernel<&map_kernels::square>, std::list{3, 1, 2}).get() ==
          std::vector{9, 1, 4});
  const std::map<int, double> by_key{{1, 0.5}, {2, 0.25}};
  REQUIRE(tasks.starmap(farm::kernel<&map_kernels::weighted>, by_key).get() ==
          std::vector{0.5, 0.5});
}

TEST_CASE("Several ranges are zipped, with conversions at the call", "[map]") {
  auto tasks = client().load_balanced();
  const std::vector<const char*> words{"a", "b", "c"};
  const std::vector<short> counts{1, 2, 3};
  REQUIRE(tasks.map(farm::kernel<&map_kernels::joined>, words, counts, std::string("xyz")).get() ==
          std::vector<std::string>{"a1x", "b2y", "c3z"});
}

// The original stops at the shortest without a word (b027 raises, for its other kind of map).
TEST_CASE("Ranges of known and different length are refused, others end with the shortest",
          "[map][b027]") {
  auto tasks = client().load_balanced();
  const std::vector<double> weights(5, 2.0);
  REQUIRE_THROWS_AS(tasks.map(farm::kernel<&map_kernels::weighted>, numbers(4), weights),
                    std::invalid_argument);
  REQUIRE_THROWS_WITH(tasks.map(farm::kernel<&map_kernels::weighted>, numbers(4), weights),
                      Catch::Contains("4 and 5"));
  REQUIRE(tasks.map(farm::kernel<&map_kernels::weighted>, counted(), weights).get() ==
          std::vector{0.0, 2.0, 4.0, 6.0, 8.0});
  REQUIRE(tasks.map(farm::kernel<&map_kernels::weighted>, counted(2), weights).get() ==
          std::vector{0.0, 2.0});
}

TEST_CASE("Starmap over tuples equals map over zipped ranges", "[map][b069]") {
  std::vector<std::tuple<int, double>> tuples;
  std::vector<double> weights;
  for (int i = 0; i < 50; ++i) {
    weights.push_back(0.5 * i);
    tuples.emplace_back(i, weights.back());
  }
  for (const farm::CountOrAutomatic chunk :
       {farm::CountOrAutomatic(farm::automatic), farm::CountOrAutomatic(1),
        farm::CountOrAutomatic(7)}) {
    auto tasks = client().load_balanced().with({.chunk = chunk});
    const auto zipped = tasks.map(farm::kernel<&map_kernels::weighted>, numbers(50), weights).get();
    REQUIRE(tasks.starmap(farm::kernel<&map_kernels::weighted>, tuples).get() == zipped);
    std::size_t at = 0;
    farm_test::Generator<std::tuple<int, double>> one_pass(
        [&]() -> std::optional<std::tuple<int, double>> {
          if (at == tuples.size()) return std::nullopt;
          return tuples[at++];
        });
    REQUIRE(tasks.starmap(farm::kernel<&map_kernels::weighted>, one_pass).get() == zipped);
  }
}

TEST_CASE("A kernel without a result answers that it is through", "[map]") {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.map(farm::kernel<&map_kernels::nothing>, numbers(100)).get().size() == 100);
  auto one = tasks.apply(farm::kernel<&map_kernels::nothing>, 1);
  one.get();
  REQUIRE(one.successful());
}
