#include "engine/deaths.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using farm::EngineId;
using farm::engine::Deaths;

TEST_CASE("deaths are counted once, and the first of some engines is found", "[unit][engine]") {
  Deaths deaths;
  CHECK(deaths.count() == 0);
  CHECK_FALSE(deaths.has(3));
  deaths.add(3);
  deaths.add(5);
  deaths.add(3);
  CHECK(deaths.count() == 2);
  CHECK(deaths.has(5));
  CHECK_FALSE(deaths.has(4));
  CHECK(deaths.first_of(std::vector<EngineId>{1, 5, 3}) == EngineId(3));
  CHECK_FALSE(deaths.first_of(std::vector<EngineId>{1, 2}).has_value());
}

TEST_CASE("deaths may be added while others look", "[unit][engine]") {
  Deaths deaths;
  {
    std::jthread adds([&] {
      for (int rank = 0; rank < 100; ++rank) deaths.add(rank);
    });
    while (!deaths.has(99)) std::this_thread::yield();
  }
  CHECK(deaths.count() == 100);
}
