#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace picky_kernels {

// Refuses to be packed, or to be unpacked, at chosen values.
struct Picky {
  int value = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned int) {
    if (!Archive::is_loading::value && value % 10 == 3) throw std::runtime_error("not packed");
    archive& value;
    if (Archive::is_loading::value && value % 10 == 5) throw std::runtime_error("not unpacked");
  }
};

int take(const Picky& picky) { return picky.value; }
Picky give(int value) { return {value}; }
int add(const Picky& a, int b) { return a.value + b; }

// A result whose size is fixed until one of them fails.
double fixed(int x) {
  if (x == 77) throw std::runtime_error("seventy-seven");
  return 0.5 * x;
}

}  // namespace picky_kernels

using namespace picky_kernels;

TEST_CASE("An argument that fails to pack or unpack fails only its own task", "[payload][errors]") {
  std::vector<Picky> inputs;
  for (const int x : numbers(20)) inputs.push_back({x});
  for (const farm::CountOrAutomatic chunk : {farm::CountOrAutomatic(1), farm::CountOrAutomatic(6),
                                             farm::CountOrAutomatic(farm::automatic)}) {
    auto result = client().load_balanced().with({.chunk = chunk}).map(farm::kernel<&take>, inputs);
    for (const farm::Outcome<int>& outcome : result.outcomes()) {
      const int x = static_cast<int>(outcome.index());
      REQUIRE(outcome.ok() == (x % 10 != 3 && x % 10 != 5));
      if (outcome.ok()) {
        REQUIRE(outcome.value() == x);
      } else {
        REQUIRE_THROWS_AS(outcome.value(), farm::RemoteError);
        REQUIRE_THROWS_WITH(outcome.value(),
                            Catch::Contains("argument") &&
                                Catch::Contains(x % 10 == 3 ? "not packed" : "not unpacked"));
      }
    }
  }
}

TEST_CASE("A result that fails to pack fails only its own task", "[payload][errors]") {
  auto result = client().load_balanced().map(farm::kernel<&give>, numbers(15));
  std::vector<std::size_t> failed;
  for (const auto& outcome : result.as_completed()) {
    if (!outcome.ok()) failed.push_back(outcome.index());
  }
  std::sort(failed.begin(), failed.end());
  REQUIRE(failed == std::vector<std::size_t>{3, 5, 13});
  REQUIRE_THROWS_WITH(result.outcome(3).value(), Catch::Contains("the result could not be packed"));
  REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
}

TEST_CASE("A result that does not unpack on rank 0 is a remote error", "[payload][errors]") {
  auto tasks = client().load_balanced();
  auto one = tasks.apply(farm::kernel<&give>, 5);
  REQUIRE_THROWS_AS(one.get(), farm::RemoteError);
  REQUIRE_THROWS_WITH(one.get(), Catch::Contains("picky_kernels::give") &&
                                     Catch::Contains("the result could not be unpacked"));
  REQUIRE_FALSE(one.outcome().ok());
  auto many = tasks.map(farm::kernel<&give>, std::vector{4, 5, 6});
  REQUIRE_THROWS_AS(many.get(), farm::RemoteError);
  REQUIRE((*many.begin()).value == 4);
  REQUIRE_FALSE(many.outcome(1).ok());
  auto lazy = tasks.imap(farm::kernel<&give>, std::vector{5});
  REQUIRE_THROWS_AS(*lazy.begin(), farm::RemoteError);
  REQUIRE_THROWS_WITH(one.then([](const Picky& picky) { return picky.value; }).get(),
                      Catch::Contains("could not be unpacked"));
}

TEST_CASE("One argument of several may fail", "[payload][errors]") {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.apply(farm::kernel<&add>, Picky{4}, 1).get() == 5);
  REQUIRE_THROWS_AS(tasks.apply(farm::kernel<&add>, Picky{3}, 1).get(), farm::RemoteError);
  REQUIRE_THROWS_AS(tasks.apply(farm::kernel<&add>, Picky{5}, 1).get(), farm::RemoteError);
  REQUIRE_THROWS_AS(farm::bind(farm::kernel<&add>, Picky{3}), std::runtime_error);
  auto bound = tasks.map(farm::bind(farm::kernel<&add>, Picky{5}), numbers(10));
  REQUIRE_THROWS_AS(bound.get(), farm::CompositeError);
  REQUIRE_THROWS_WITH(bound.get(), Catch::Contains("not unpacked"));
}

TEST_CASE("One failure among results of fixed size leaves the others right", "[payload][errors]") {
  for (const farm::CountOrAutomatic chunk :
       {farm::CountOrAutomatic(1), farm::CountOrAutomatic(100), farm::CountOrAutomatic(2000),
        farm::CountOrAutomatic(farm::automatic)}) {
    auto result =
        client().load_balanced().with({.chunk = chunk}).map(farm::kernel<&fixed>, numbers(1000));
    int wrong = 0;
    for (const auto& outcome : result.outcomes()) {
      const auto x = static_cast<int>(outcome.index());
      if (outcome.ok()) {
        wrong += outcome.value() == 0.5 * x ? 0 : 1;
      } else {
        wrong += x == 77 ? 0 : 1;
      }
    }
    REQUIRE(wrong == 0);
    REQUIRE_THROWS_WITH(result.get(), Catch::Contains("seventy-seven"));
  }
}
