#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace error_kernels {

struct Overheated : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int odd_fails(int x) {
  if (x % 2 != 0) throw Overheated("item " + std::to_string(x));
  return x;
}

int throws_something(int what) {
  switch (what) {
    case 0:
      throw Overheated("too hot");
    case 1:
      throw 42;
    case 2:
      throw "a literal";
    case 3:
      throw std::string("a string");
    case 4:
      throw std::bad_alloc();
    default:
      return what;
  }
}

struct Silent : std::exception {
  const char* what() const noexcept override { return ""; }
};
void empty_message() { throw Silent(); }

std::string failure_of(int what) {
  try {
    client().load_balanced().apply(farm::kernel<&throws_something>, what).get();
  } catch (const farm::RemoteError& error) {
    return error.type() + "|" + error.message();
  }
  return "no error";
}

}  // namespace error_kernels

// A traceback has no counterpart in C++; kernel, attempt and host say where it was.
TEST_CASE("A remote exception says what, in which kernel, and where", "[errors][b132][b139]") {
  auto result =
      client().load_balanced({-1}).apply(farm::kernel<&error_kernels::throws_something>, 0);
  try {
    result.get();
    FAIL("it did not throw");
  } catch (const farm::RemoteError& error) {
    REQUIRE(error.type() == "error_kernels::Overheated");
    REQUIRE(error.message() == "too hot");
    REQUIRE(error.kernel() == "error_kernels::throws_something");
    REQUIRE(error.engine() == client().ids().back());
    REQUIRE(error.host() == client().engines().back().host);
    REQUIRE(error.attempt() == 1);
    const std::string what = error.what();
    for (const std::string& part : {error.type(), error.message(), error.kernel(), error.host(),
                                    "engine " + std::to_string(error.engine().rank())}) {
      REQUIRE_THAT(what, Catch::Contains(part));
    }
  }
}

TEST_CASE("Whatever a kernel throws arrives", "[errors]") {
  REQUIRE(error_kernels::failure_of(0) == "error_kernels::Overheated|too hot");
  REQUIRE_THAT(error_kernels::failure_of(1), Catch::StartsWith("unknown|"));
  REQUIRE(error_kernels::failure_of(2) == "const char*|a literal");
  REQUIRE(error_kernels::failure_of(3) == "std::string|a string");
  REQUIRE_THAT(error_kernels::failure_of(4), Catch::StartsWith("std::bad_alloc|"));
  REQUIRE(error_kernels::failure_of(5) == "no error");
  REQUIRE_THROWS_AS(
      client().load_balanced().apply(farm::kernel<&error_kernels::empty_message>).get(),
      farm::RemoteError);
}

TEST_CASE("Several failures make one composite with an entry each, in task order",
          "[errors][b133]") {
  for (const farm::CountOrAutomatic chunk : {farm::CountOrAutomatic(1), farm::CountOrAutomatic(4),
                                             farm::CountOrAutomatic(farm::automatic)}) {
    auto result = client()
                      .load_balanced()
                      .with({.chunk = chunk})
                      .map(farm::kernel<&error_kernels::odd_fails>, numbers(20));
    try {
      result.get();
      FAIL("it did not throw");
    } catch (const farm::CompositeError& error) {
      REQUIRE(error.size() == 10);
      REQUIRE(error.entries().size() == 10);
      for (std::size_t k = 0; k < 10; ++k) {
        REQUIRE(error.entries()[k].index == 2 * k + 1);
        REQUIRE_THROWS_AS(error.rethrow(k), farm::RemoteError);
        REQUIRE_THROWS_WITH(error.rethrow(k), Catch::Contains("item " + std::to_string(2 * k + 1)));
      }
      REQUIRE_THROWS_AS(error.rethrow(10), std::out_of_range);
    }
  }
}

TEST_CASE("A single failure of a map is a composite of one", "[errors][b133]") {
  auto result =
      client().load_balanced().map(farm::kernel<&error_kernels::odd_fails>, std::vector{2, 3, 4});
  REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
  REQUIRE_THROWS_WITH(result.get(), Catch::Contains("1 of 3 tasks failed"));
}

TEST_CASE("Printing a composite shows some entries and how many more there are", "[errors][b135]") {
  auto result = client().load_balanced().map(farm::kernel<&error_kernels::odd_fails>, numbers(20));
  try {
    result.get();
    FAIL("it did not throw");
  } catch (const farm::CompositeError& error) {
    REQUIRE_THAT(error.what(),
                 Catch::Contains("10 of 20 tasks failed") && Catch::Contains("more exceptions"));
    const std::string three = error.format(3);
    REQUIRE_THAT(three, Catch::Contains("item 5") && Catch::Contains("7 more exceptions") &&
                            !Catch::Contains("item 7"));
    REQUIRE_THAT(error.format(10), Catch::Contains("item 19") && !Catch::Contains("more"));
    REQUIRE_THAT(error.format(0), Catch::Contains("10 more exceptions"));
  }
}

TEST_CASE("A map that fails as a whole keeps its memory", "[errors]") {
  std::vector<int> odd(5000, 1);
  auto result = client().load_balanced().map(farm::kernel<&error_kernels::odd_fails>, odd);
  try {
    result.get();
    FAIL("it did not throw");
  } catch (const farm::CompositeError& error) {
    REQUIRE(error.size() == 5000);
    REQUIRE(error.entries().size() <= error.size());
    REQUIRE_THAT(error.what(), Catch::Contains("5000 of 5000"));
  }
}

TEST_CASE("Outcomes hold values and errors in place", "[errors][b136]") {
  auto result = client().load_balanced().map(farm::kernel<&error_kernels::odd_fails>, numbers(50));
  REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
  const std::vector<farm::Outcome<int>> outcomes = result.outcomes();
  REQUIRE(outcomes.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    REQUIRE(outcomes[i].index() == i);
    REQUIRE(outcomes[i].ok() == (i % 2 == 0));
    REQUIRE(static_cast<bool>(outcomes[i]) == outcomes[i].ok());
    if (outcomes[i].ok()) {
      REQUIRE(outcomes[i].value() == static_cast<int>(i));
      REQUIRE(outcomes[i].error() == nullptr);
    } else {
      REQUIRE_THROWS_AS(outcomes[i].value(), farm::RemoteError);
    }
    REQUIRE(outcomes[i].info().attempt == 1);
  }
  REQUIRE(result.outcome(2).value() == 2);
  REQUIRE_THROWS_AS(result.outcome(50), std::out_of_range);
}

TEST_CASE("An engine goes on after failures", "[errors]") {
  auto tasks = client().load_balanced();
  for (int round = 0; round < 5; ++round) {
    auto bad = tasks.map(farm::kernel<&error_kernels::odd_fails>, std::vector(100, 1));
    REQUIRE_THROWS_AS(bad.get(), farm::CompositeError);
    REQUIRE(tasks.map(farm::kernel<&error_kernels::odd_fails>, std::vector(100, 2)).get() ==
            std::vector(100, 2));
  }
}
