#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <map>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace handle_kernels {

int half(int x) {
  if (x % 2 != 0) throw std::invalid_argument("odd");
  return x / 2;
}

int engine_of(farm::Engine& here) { return here.id().rank(); }

int nap(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  return ms;
}

}  // namespace handle_kernels

TEST_CASE("get answers the same each time, or throws each time", "[handles][b120]") {
  auto tasks = client().load_balanced();
  auto good = tasks.apply(farm::kernel<&handle_kernels::half>, 8);
  auto bad = tasks.apply(farm::kernel<&handle_kernels::half>, 7);
  auto many = tasks.map(farm::kernel<&handle_kernels::half>, std::vector{2, 4, 6});
  for (int round = 0; round < 3; ++round) {
    REQUIRE(good.get() == 4);
    REQUIRE_THROWS_AS(bad.get(), farm::RemoteError);
    REQUIRE(many.get() == std::vector{1, 2, 3});
    REQUIRE(std::vector<int>{*many.begin()} == std::vector{1});
  }
  const auto copy = good;
  REQUIRE(copy.get() == 4);
}

TEST_CASE("successful is an error before the end", "[handles][b122]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto result = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  REQUIRE_THROWS_AS(result.successful(), std::logic_error);
  REQUIRE_THROWS_AS(result.wall_time(), std::logic_error);
  REQUIRE_THROWS_AS(result.serial_time(), std::logic_error);
  REQUIRE(result.elapsed() >= farm::Seconds{0});
  gate.open();
  result.wait();
  REQUIRE(result.successful());
  auto bad = tasks.apply(farm::kernel<&handle_kernels::half>, 7);
  bad.wait();
  REQUIRE_FALSE(bad.successful());
  REQUIRE_FALSE(bad.outcome().ok());
}

TEST_CASE("get_dict is keyed by engine, and an engine with two items is an error",
          "[handles][b123]") {
  std::vector<farm::AsyncResult<int>> each;
  for (const farm::EngineId id : client().ids()) {
    each.push_back(client().load_balanced({id}).apply(farm::kernel<&handle_kernels::engine_of>));
  }
  const std::map<farm::EngineId, int> by_engine = farm::collect(each).get_dict();
  REQUIRE(by_engine.size() == client().size());
  for (const auto& [id, value] : by_engine) REQUIRE(id.rank() == value);

  auto twice =
      client().load_balanced({-1}).map(farm::kernel<&handle_kernels::half>, std::vector{2, 4});
  REQUIRE_THROWS_AS(twice.get_dict(), std::logic_error);
}

// Chunks share their times: submitted <= started <= completed <= received holds of every task.
TEST_CASE("Metadata is unset before the end and in order after it", "[handles][b124]") {
  const auto begin = std::chrono::system_clock::now();
  const std::vector<farm::EngineId> ids = client().ids();
  {
    const farm_test::Gate gate;
    auto result = client().load_balanced().apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
    const farm::TaskInfo info = result.info();
    REQUIRE(info.submitted);
    REQUIRE_FALSE(info.started);
    REQUIRE_FALSE(info.completed);
    REQUIRE_FALSE(info.received);
    REQUIRE(info.attempt == 0);
    REQUIRE(info.run_time() == farm::Seconds{0});
    REQUIRE_THROWS_AS(result.info(1), std::out_of_range);
  }
  for (const farm::CountOrAutomatic chunk : {farm::CountOrAutomatic(1), farm::CountOrAutomatic(9),
                                             farm::CountOrAutomatic(farm::automatic)}) {
    auto tasks = client().load_balanced().with({.chunk = chunk});
    std::vector<int> inputs = numbers(500);
    auto result = tasks.map(farm::kernel<&handle_kernels::half>, inputs);
    result.wait();
    int wrong = 0;
    for (std::size_t i = 0; i < result.size(); ++i) {
      const farm::TaskInfo info = result.info(i);
      const bool ordered = info.submitted && info.started && info.completed && info.received &&
                           *info.submitted <= *info.started && *info.started <= *info.completed &&
                           *info.completed <= *info.received;
      const bool known = std::count(ids.begin(), ids.end(), info.engine) == 1 &&
                         info.attempt == 1 && !info.host.empty() && info.in_chunk >= 1 &&
                         number(info.id) == number(result.info(0).id) + i;
      wrong += ordered && known && info.run_time() >= farm::Seconds{0} ? 0 : 1;
    }
    REQUIRE(wrong == 0);
    REQUIRE(*result.info(0).submitted >= begin - std::chrono::seconds(1));
    REQUIRE(*result.info(499).received <=
            std::chrono::system_clock::now() + std::chrono::seconds(1));
    REQUIRE_THROWS_AS(result.get(), farm::CompositeError);
  }
}

TEST_CASE("Wall time and serial time of four naps", "[handles][b125]") {
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto result = tasks.map(farm::kernel<&handle_kernels::nap>, std::vector(4, 250));
  result.wait();
  REQUIRE(result.wall_time().count() > 0.2);
  REQUIRE(result.wall_time().count() < 4.0);
  REQUIRE(result.serial_time().count() > 0.95);
  REQUIRE(result.serial_time().count() < 4.0);
  REQUIRE(result.elapsed() == result.wall_time());
  if (client().size() >= 4) REQUIRE(result.wall_time() < result.serial_time());
}

TEST_CASE("get and wait with a limit give up in time and can be asked again", "[handles]") {
  const farm_test::Gate gate;
  auto result = client().load_balanced().apply(farm::kernel<&farm_test::hold>, gate.path(), 5);
  REQUIRE_THROWS_AS(result.get(farm::Seconds{0}), farm::TimeoutError);
  REQUIRE_THROWS_AS(result.get(farm::Seconds{0.05}), farm::TimeoutError);
  REQUIRE_FALSE(result.wait(farm::Seconds{0.01}));
  REQUIRE_THROWS_AS(result.get(farm::Seconds{-1}), std::invalid_argument);
  REQUIRE_THROWS_AS(result.wait(farm::Seconds{-1}), std::invalid_argument);
  gate.open();
  REQUIRE(result.get(farm::Seconds{60}) == 5);
  REQUIRE(result.get(farm::Seconds{0}) == 5);
  REQUIRE(result.get(farm::Seconds{1e300}) == 5);
}

TEST_CASE("Every wait refuses a negative limit and takes a huge one", "[handles]") {
  auto tasks = client().load_balanced();
  const std::vector list{tasks.apply(farm::kernel<&handle_kernels::half>, 2)};
  const farm::Seconds negative{-0.5};
  REQUIRE_THROWS_AS(client().wait(negative), std::invalid_argument);
  REQUIRE_THROWS_AS(client().wait_for_engines(100'000, negative), std::invalid_argument);
  REQUIRE_THROWS_AS(farm::wait(list, farm::When::all_completed, negative), std::invalid_argument);
  REQUIRE_THROWS_AS(farm::as_completed(list, negative), std::invalid_argument);
  const farm::Seconds huge{std::numeric_limits<double>::infinity()};
  REQUIRE(client().wait(huge));
  REQUIRE(farm::wait(list, farm::When::all_completed, huge).done.size() == 1);
  for (const farm::AsyncResult<int>& one : farm::as_completed(list, huge)) REQUIRE(one.get() == 1);
}

TEST_CASE("Tasks of a dropped handle still run, and copies keep what they need", "[handles]") {
  auto tasks = client().load_balanced();
  for (int i = 0; i < 500; ++i) tasks.apply(farm::kernel<&handle_kernels::half>, 2 * i);
  tasks.map(farm::kernel<&handle_kernels::half>, std::vector(1000, 2));
  REQUIRE(client().wait(farm::Seconds{60}));
  REQUIRE(client().outstanding() == 0);
  std::vector<int> values;
  for (const int x : tasks.map(farm::kernel<&handle_kernels::half>, std::vector{2, 4})) {
    values.push_back(x);  // the range of a for loop is a temporary
  }
  REQUIRE(values == std::vector{1, 2});
}
