#include "standstill.hpp"

#include <catch2/catch.hpp>

using farm::Standstill;

namespace {

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("a hub that joins a group with an engine that dies stands still", "[unit][liveness]") {
  Standstill standstill;
  CHECK_FALSE(standstill.found(0, 1, 0));
  CHECK_FALSE(standstill.found(1, 2, second));
  CHECK_FALSE(standstill.found(1, 2, 5 * second));
  CHECK(standstill.found(1, 2, 7 * second));
}

TEST_CASE("a hub that only takes long to join a group does not stand still", "[unit][liveness]") {
  Standstill standstill;
  CHECK_FALSE(standstill.found(0, 1, 0));
  CHECK_FALSE(standstill.found(1, 1, second));
  CHECK_FALSE(standstill.found(1, 1, 20 * second));
  // It has come through, and somebody dies afterwards.
  CHECK_FALSE(standstill.found(2, 2, 21 * second));
  CHECK_FALSE(standstill.found(2, 2, 40 * second));
  CHECK_FALSE(standstill.found(3, 2, 41 * second));
  CHECK_FALSE(standstill.found(3, 2, 60 * second));
}
