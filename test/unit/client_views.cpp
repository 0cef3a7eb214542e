// The public calls, over engines in threads of this process.

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <list>
#include <numeric>
#include <sstream>

#include "threaded_farm.hpp"

using unit::counted;
using unit::ThreadedFarm;

TEST_CASE("apply gives the value of one call", "[unit][client]") {
  ThreadedFarm farm;
  const auto view = farm.client.load_balanced();
  const auto result = view.apply(farm::kernel<&unit::square>, 7);
  CHECK(result.get() == 49);
  CHECK(result.get() == 49);
  CHECK(result.size() == 1);
  CHECK(result.successful());
  CHECK(result.info().attempt == 1);
  CHECK(result.info().host.starts_with("host"));
  CHECK(result.info().run_time().count() >= 0);
  CHECK_THROWS_AS(result.info(1), std::out_of_range);
  view.apply(farm::kernel<&unit::nothing>, 1).get();
}

namespace {

// Can be read once, from its beginning to its end.
struct OnePass {
  std::istream* in;
  auto begin() const { return std::istream_iterator<int>(*in); }
  auto end() const { return std::istream_iterator<int>(); }
};

}  // namespace

TEST_CASE("map gives values in the order of the inputs", "[unit][client]") {
  ThreadedFarm farm(3);
  const auto view = farm.client.load_balanced();
  const std::vector<int> squares = view.map(farm::kernel<&unit::square>, counted(500)).get();
  REQUIRE(squares.size() == 500);
  for (int i = 0; i < 500; ++i) REQUIRE(squares[static_cast<std::size_t>(i)] == i * i);
  std::istringstream one_pass("1 2 3");
  CHECK(view.map(farm::kernel<&unit::square>, OnePass{&one_pass}).get() ==
        std::vector<int>{1, 4, 9});
  CHECK(view.map(farm::kernel<&unit::square>, std::vector<int>()).get().empty());
  CHECK(view.map(farm::kernel<&unit::is_even>, counted(3)).get() ==
        std::vector<bool>{true, false, true});
}

TEST_CASE("iterating a map gives each value as soon as it is there", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto view = farm.client.load_balanced();
  int expected = 0;
  for (const int value : view.map(farm::kernel<&unit::square>, counted(100))) {
    REQUIRE(value == expected * expected);
    ++expected;
  }
  CHECK(expected == 100);
  std::vector<int> unordered;
  for (const int value : view.map_unordered(farm::kernel<&unit::square>, counted(100))) {
    unordered.push_back(value);
  }
  std::ranges::sort(unordered);
  CHECK(unordered == view.map(farm::kernel<&unit::square>, counted(100)).get());
}

TEST_CASE("several ranges are zipped and tuples are unpacked", "[unit][client]") {
  ThreadedFarm farm;
  const auto view = farm.client.load_balanced();
  const auto add = farm::bind(farm::kernel<&unit::plus>, std::vector<int>{10});
  CHECK(view.map(add, std::list<int>{1, 2}).get() == std::vector<int>{11, 12});
  const std::vector<std::vector<int>> firsts{{1}, {2}};
  const std::vector<int> seconds{10, 20};
  CHECK(view.map(farm::kernel<&unit::plus>, firsts, seconds).get() == std::vector<int>{11, 22});
  const std::vector<std::tuple<std::vector<int>, int>> tuples{{{5}, 1}, {{6}, 2}};
  CHECK(view.starmap(farm::kernel<&unit::plus>, tuples).get() == std::vector<int>{6, 8});
  CHECK_THROWS_AS(view.map(farm::kernel<&unit::plus>, firsts, counted(3)), std::invalid_argument);
}

TEST_CASE("an error of a kernel says what happened and where", "[unit][client]") {
  ThreadedFarm farm;
  const auto result = farm.client.load_balanced().apply(farm::kernel<&unit::odd_fails>, 3);
  try {
    result.get();
    FAIL("no error");
  } catch (const farm::RemoteError& error) {
    CHECK(error.kernel() == "unit::odd_fails");
    CHECK(error.type() == "std::runtime_error");
    CHECK(error.message() == "odd: 3");
    CHECK(error.host() == "host" + std::to_string(error.engine().rank()));
    CHECK(error.attempt() == 1);
  }
  CHECK_FALSE(result.successful());
  CHECK_FALSE(result.outcome().ok());
}

TEST_CASE("errors of a map come together or one by one", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto result = farm.client.load_balanced().map(farm::kernel<&unit::odd_fails>, counted(10));
  try {
    result.get();
    FAIL("no error");
  } catch (const farm::CompositeError& error) {
    CHECK(error.size() == 5);
    CHECK(error.entries().at(1).index == 3);
    CHECK_THROWS_AS(error.rethrow(1), farm::RemoteError);
  }
  auto it = result.begin();
  CHECK(*it == 0);
  ++it;
  CHECK_THROWS_AS(*it, farm::RemoteError);
  ++it;
  CHECK(*it == 2);
  std::size_t failed = 0;
  std::size_t ended = 0;
  for (const auto& outcome : result.as_completed()) {
    ++ended;
    failed += outcome.ok() ? 0U : 1U;
  }
  CHECK(ended == 10);
  CHECK(failed == 5);
  CHECK(result.outcomes().at(4).value() == 4);
}

TEST_CASE("targets are chosen by id, from the end where negative", "[unit][client]") {
  ThreadedFarm farm(3);
  const auto last = farm.client.load_balanced({-1});
  CHECK(last.size() == 1);
  for (const int engine : last.map(farm::kernel<&unit::where>, counted(5)).get()) {
    CHECK(engine == 3);
  }
  const auto ran = farm.client.load_balanced({1, -1, 3}).targets();
  CHECK(ran == std::vector<farm::EngineId>{1, 3});
  CHECK_THROWS_AS(farm.client.load_balanced({4}), std::out_of_range);
  CHECK_THROWS_AS(farm.client.load_balanced({0}), std::out_of_range);
  CHECK_THROWS_AS(farm.client.load_balanced({-4}), std::out_of_range);
  CHECK_THROWS_AS(farm.client.load_balanced(std::vector<farm::EngineId>()), farm::NoEngines);
  CHECK(farm.client.ids() == std::vector<farm::EngineId>{1, 2, 3});
}

TEST_CASE("options are checked in a sentence", "[unit][client]") {
  ThreadedFarm farm(1);
  const auto view = farm.client.load_balanced();
  CHECK_THROWS_AS(view.with({.chunk = 0}), std::invalid_argument);
  CHECK_THROWS_AS(view.with({.hwm = -1}), std::invalid_argument);
  CHECK(view.with({.chunk = 5}).options().chunk == farm::CountOrAutomatic(5));
  CHECK(view.with({.chunk = std::int64_t{1} << 40}).options().chunk.count() == 1LL << 31);
  CHECK(view.options().chunk.is_automatic());
}

TEST_CASE("the values of a map by engine need one task an engine", "[unit][client]") {
  ThreadedFarm farm(3, true, unit::one_by_one());
  const auto result = farm.client.load_balanced({2}).map(farm::kernel<&unit::where>, counted(1));
  CHECK(result.get_dict() == std::map<farm::EngineId, int>{{2, 2}});
  const auto twice = farm.client.load_balanced({2}).map(farm::kernel<&unit::where>, counted(2));
  CHECK_THROWS_AS(twice.get_dict(), std::logic_error);
}

TEST_CASE("times of a handle add up", "[unit][client]") {
  ThreadedFarm farm;
  const auto result = farm.client.load_balanced().map(farm::kernel<&unit::square>, counted(50));
  result.wait();
  CHECK(result.wall_time().count() > 0);
  CHECK(result.elapsed() == result.wall_time());
  CHECK(result.serial_time().count() >= 0);
}
