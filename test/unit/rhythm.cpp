#include "time/rhythm.hpp"

#include <catch2/catch.hpp>

namespace {

constexpr std::int64_t us = 1000;

farm::time::Rhythm after(int silences, std::int64_t ns) {
  farm::time::Rhythm rhythm;
  for (int i = 0; i < silences; ++i) rhythm.add(ns);
  return rhythm;
}

}  // namespace

TEST_CASE("a waiting thread yields before it sleeps while silences are short") {
  CHECK(farm::time::Rhythm().yield() > 0);
  CHECK(after(100, 20 * us).yield() > 0);
}

TEST_CASE("a waiting thread sleeps at once where silences outlast its yielding") {
  const auto rhythm = after(100, 1000 * us);
  CHECK(rhythm.yield() == 0);
  CHECK(rhythm.sleep(0) < 1000 * us / 4);
}

TEST_CASE("one long silence among short ones changes nothing") {
  auto rhythm = after(100, 20 * us);
  rhythm.add(500 * us);
  CHECK(rhythm.yield() > 0);
}

TEST_CASE("a night of silence is forgotten within some short ones") {
  auto rhythm = after(100, 20 * us);
  rhythm.add(std::int64_t{8} * 3600 * 1'000'000 * us);
  for (int i = 0; i < 40; ++i) rhythm.add(20 * us);
  CHECK(rhythm.yield() > 0);
}

TEST_CASE("a waiting thread goes back to yielding once silences are short again") {
  auto rhythm = after(100, 1000 * us);
  // Short ones last as long as the first sleep and its delay.
  for (int i = 0; i < 50; ++i) rhythm.add(120 * us);
  CHECK(rhythm.yield() > 0);
}

TEST_CASE("a thread that nobody waits for sleeps longer") {
  const auto rhythm = after(100, 400 * us);
  CHECK(rhythm.sleep(0, true) > rhythm.sleep(0, false));
  CHECK(rhythm.sleep(0, true) < 400 * us);
}

TEST_CASE("sleep grows with the silences that are usual, up to a limit") {
  CHECK(after(100, 300 * us).sleep(0) <= after(100, 2000 * us).sleep(0));
  CHECK(after(100, 2000 * us).sleep(0) < after(100, 100'000 * us).sleep(0));
  CHECK(after(100, 100'000 * us).sleep(0) == after(100, 10'000'000 * us).sleep(0));
  CHECK(farm::time::Rhythm().sleep(10'000'000 * us) == after(100, 100'000 * us).sleep(0));
}
