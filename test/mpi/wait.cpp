#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;

namespace wait_kernels {

int echo(int x) { return x; }
int fail(int) { throw std::runtime_error("on purpose"); }

}  // namespace wait_kernels

namespace {

using Handles = std::vector<farm::AsyncResult<int>>;

}  // namespace

TEST_CASE("Waiting for the first, the first error or all of several handles", "[wait][b130]") {
  const farm_test::Gate gate;
  // The held task has an engine of its own where there are two, or waits behind the others.
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  Handles handles;
  for (int i = 0; i < 3; ++i) handles.push_back(tasks.apply(farm::kernel<&wait_kernels::echo>, i));
  handles.push_back(tasks.apply(farm::kernel<&wait_kernels::fail>, 3));
  handles.push_back(tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 4));

  const farm::Waited first = farm::wait(handles, farm::When::first_completed, farm::Seconds{60});
  REQUIRE(first.done.size() >= 1);
  REQUIRE(first.done.size() + first.pending.size() == 5);

  const farm::Waited error = farm::wait(handles, farm::When::first_exception, farm::Seconds{60});
  REQUIRE(std::count(error.done.begin(), error.done.end(), 3) == 1);
  REQUIRE(std::count(error.pending.begin(), error.pending.end(), 4) == 1);

  const farm::Waited late = farm::wait(handles, farm::When::all_completed, farm::Seconds{0.1});
  REQUIRE(late.pending == std::vector<std::size_t>{4});
  gate.open();
  const farm::Waited all = farm::wait(handles);
  REQUIRE(all.done == std::vector<std::size_t>{0, 1, 2, 3, 4});
  REQUIRE(all.pending.empty());
  REQUIRE_THROWS_AS(handles[3].get(), farm::RemoteError);
}

TEST_CASE("Without an error, waiting for the first error waits for all", "[wait]") {
  auto tasks = client().load_balanced();
  Handles handles;
  for (int i = 0; i < 10; ++i) handles.push_back(tasks.apply(farm::kernel<&wait_kernels::echo>, i));
  REQUIRE(farm::wait(handles, farm::When::first_exception, farm::Seconds{60}).done.size() == 10);
}

TEST_CASE("A list may hold maps, single results and somebody else's futures", "[wait][b130]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  auto map = tasks.map(farm::kernel<&wait_kernels::echo>, farm_test::numbers(50));
  auto held = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1);
  std::promise<void> promise;
  const std::future<void> foreign = promise.get_future();
  const std::shared_future<int> ready = std::async(std::launch::deferred, [] { return 1; }).share();
  ready.wait();

  farm::Waited waited = farm::wait({held, foreign}, farm::When::all_completed, farm::Seconds{0.05});
  REQUIRE(waited.pending == std::vector<std::size_t>{0, 1});
  waited = farm::wait({held, foreign, ready}, farm::When::first_completed, farm::Seconds{60});
  REQUIRE(waited.done == std::vector<std::size_t>{2});

  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    promise.set_value();
  });
  gate.open();
  waited = farm::wait({map, held, foreign, ready}, farm::When::all_completed, farm::Seconds{60});
  other.join();
  REQUIRE(waited.done.size() == 4);
  REQUIRE(farm::wait(std::vector<farm::Waitable>()).done.empty());
  REQUIRE_THROWS_AS(farm::wait({foreign}), std::invalid_argument);
}

TEST_CASE("as_completed gives every handle once, in order of completion", "[wait]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1});
  Handles handles;
  for (int i = 0; i < 20; ++i) {
    handles.push_back(tasks.apply(farm::kernel<&farm_test::hold_if>,
                                  i == 0 && client().size() > 1 ? gate.path() : std::string(), i));
  }
  std::vector<int> order;
  for (const farm::AsyncResult<int>& handle : farm::as_completed(handles, farm::Seconds{60})) {
    REQUIRE(handle.ready());
    order.push_back(handle.get());
    if (order.size() == 19) gate.open();
  }
  REQUIRE(std::set<int>(order.begin(), order.end()).size() == 20);
  if (client().size() > 1) REQUIRE(order.back() == 0);
  for (const auto& handle : farm::as_completed(Handles())) REQUIRE(handle.get() == -1);
}

TEST_CASE("as_completed over handles gives up at its limit", "[wait]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced();
  const Handles handles{tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 1)};
  const auto read = [&] {
    for (const auto& handle : farm::as_completed(handles, farm::Seconds{0.05})) handle.wait();
  };
  REQUIRE_THROWS_AS(read(), farm::TimeoutError);
}

TEST_CASE("as_completed over a map yields each outcome once and never throws", "[wait][b172]") {
  auto tasks = client().load_balanced();
  auto result = tasks.map(farm::kernel<&wait_kernels::fail>, farm_test::numbers(40));
  std::set<std::size_t> seen;
  for (const farm::Outcome<int>& outcome : result.as_completed()) {
    REQUIRE_FALSE(outcome.ok());
    REQUIRE(outcome.error() != nullptr);
    seen.insert(outcome.index());
  }
  REQUIRE(seen.size() == 40);
}
