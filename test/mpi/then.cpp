#include <atomic>
#include <catch2/catch.hpp>
#include <string>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"

using farm_test::client;

namespace then_kernels {

int plus_one(int x) { return x + 1; }
int fail(int) { throw std::runtime_error("no luck"); }
void nothing() {}

}  // namespace then_kernels

TEST_CASE("A continuation gets the value and its result is a handle", "[then][b172]") {
  auto tasks = client().load_balanced();
  auto text = tasks.apply(farm::kernel<&then_kernels::plus_one>, 1)
                  .then([](int x) { return 10.0 * x; })
                  .then([](double x) { return std::to_string(static_cast<int>(x)); });
  REQUIRE(text.get() == "20");
  REQUIRE(text.get() == "20");
  REQUIRE(text.successful());
  REQUIRE(text.size() == 1);
}

TEST_CASE("A continuation runs exactly once, before and after the task's end", "[then][b172]") {
  const farm_test::Gate gate;
  std::atomic<int> calls = 0;
  const auto count = [&calls](int x) {
    ++calls;
    return x;
  };
  auto task = client().load_balanced().apply(farm::kernel<&farm_test::hold>, gate.path(), 7);
  auto before = task.then(count);
  REQUIRE_FALSE(before.ready());
  REQUIRE(calls == 0);
  gate.open();
  REQUIRE(before.get() == 7);
  REQUIRE(calls == 1);
  auto after = task.then(count);
  REQUIRE(after.get() == 7);
  REQUIRE(calls == 2);
  REQUIRE(before.get() == 7);
  REQUIRE(calls == 2);
}

TEST_CASE("Continuations may have no value and no result", "[then]") {
  std::atomic<bool> ran = false;
  auto chain = client()
                   .load_balanced()
                   .apply(farm::kernel<&then_kernels::nothing>)
                   .then([] { return 3; })
                   .then([&ran](int x) { ran = x == 3; });
  chain.get();
  REQUIRE(ran);
}

TEST_CASE("After a failure no continuation runs and the whole chain fails alike", "[then][b172]") {
  std::atomic<int> calls = 0;
  auto task = client().load_balanced().apply(farm::kernel<&then_kernels::fail>, 1);
  auto chain = task.then([&calls](int x) { return ++calls, x; }).then([&calls](int) { ++calls; });
  REQUIRE_THROWS_WITH(chain.get(), Catch::Contains("no luck"));
  REQUIRE_THROWS_AS(chain.get(), farm::RemoteError);
  REQUIRE(calls == 0);
}

TEST_CASE("A continuation that throws fails its own handle only", "[then]") {
  auto task = client().load_balanced().apply(farm::kernel<&then_kernels::plus_one>, 1);
  auto bad = task.then([](int) -> int { throw std::out_of_range("beyond"); });
  auto next = bad.then([](int x) { return x; });
  REQUIRE_THROWS_WITH(bad.get(), Catch::Contains("beyond") && Catch::Contains("continuation"));
  REQUIRE_THROWS_WITH(next.get(), Catch::Contains("beyond"));
  REQUIRE(task.get() == 2);
}

TEST_CASE("A continuation may submit and wait is told of it", "[then]") {
  auto tasks = client().load_balanced();
  auto inner = tasks.apply(farm::kernel<&then_kernels::plus_one>, 1).then([tasks](int x) {
    tasks.apply(farm::kernel<&then_kernels::plus_one>, x);
    return x;
  });
  REQUIRE(inner.get() == 2);
  REQUIRE(client().wait(farm::Seconds{60}));
}

TEST_CASE("collect makes many handles one, in their order", "[then]") {
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<int>> handles;
  for (int i = 0; i < 100; ++i) {
    handles.push_back(tasks.apply(farm::kernel<&then_kernels::plus_one>, i));
  }
  auto all = farm::collect(handles);
  const std::vector<int> values = all.get();
  REQUIRE(values.size() == 100);
  for (int i = 0; i < 100; ++i) REQUIRE(values[static_cast<std::size_t>(i)] == i + 1);
  REQUIRE(all.info(5).engine == handles[5].info().engine);

  handles.push_back(tasks.apply(farm::kernel<&then_kernels::fail>, 0));
  auto mixed = farm::collect(handles);
  REQUIRE_THROWS_AS(mixed.get(), farm::CompositeError);
  REQUIRE(mixed.outcome(99).value() == 100);
  REQUIRE_FALSE(mixed.outcome(100).ok());
  REQUIRE_THROWS_AS(farm::collect(std::vector<farm::AsyncResult<int>>()), std::invalid_argument);
}
