#include <catch2/catch.hpp>
#include <numeric>
#include <set>

#include "samples.hpp"
#include "threaded_farm.hpp"

using namespace std::chrono_literals;
using unit::counted;
using unit::ThreadedFarm;

TEST_CASE("then runs on the value and gives a handle", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto view = farm.client.load_balanced();
  const auto four = view.apply(farm::kernel<&unit::square>, 2);
  const auto text = four.then([](int value) { return std::to_string(value + 1); });
  const auto size = text.then([](const std::string& value) { return value.size(); });
  CHECK(size.get() == 1);
  CHECK(text.get() == "5");
  int seen = 0;
  four.then([&seen](int value) { seen = value; }).get();
  CHECK(seen == 4);
}

TEST_CASE("then passes errors on and catches its own", "[unit][client]") {
  ThreadedFarm farm;
  const auto failing = farm.client.load_balanced().apply(farm::kernel<&unit::odd_fails>, 1);
  bool ran = false;
  const auto after = failing.then([&ran](int) { ran = true; });
  CHECK_THROWS_AS(after.get(), farm::RemoteError);
  CHECK_FALSE(ran);
  const auto good = farm.client.load_balanced().apply(farm::kernel<&unit::square>, 1);
  const auto throws = good.then([](int) -> int { throw std::range_error("here"); });
  CHECK_THROWS_WITH(throws.get(), Catch::Contains("std::range_error") && Catch::Contains("here"));
}

TEST_CASE("handles are collected into one", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto view = farm.client.load_balanced();
  std::vector<farm::AsyncResult<int>> handles;
  for (int i = 0; i < 20; ++i) handles.push_back(view.apply(farm::kernel<&unit::odd_fails>, 2 * i));
  CHECK(farm::collect(handles).get().at(19) == 38);
  handles.push_back(view.apply(farm::kernel<&unit::odd_fails>, 1));
  const auto all = farm::collect(handles);
  CHECK_THROWS_AS(all.get(), farm::CompositeError);
  CHECK(all.outcome(3).value() == 6);
  CHECK_THROWS_AS(farm::collect(std::vector<farm::AsyncResult<int>>()), std::invalid_argument);
}

TEST_CASE("a wait over handles ends when it was told to", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  unit::Gate gate;
  const auto view = farm.client.load_balanced();
  std::vector<farm::AsyncResult<int>> handles{view.apply(farm::kernel<&unit::Gate::pass>, 1),
                                              view.apply(farm::kernel<&unit::square>, 2)};
  const farm::Waited first = farm::wait(handles, farm::When::first_completed);
  CHECK(first.done == std::vector<std::size_t>{1});
  CHECK(first.pending == std::vector<std::size_t>{0});
  CHECK(farm::wait(handles, farm::When::all_completed, 5ms).pending.size() == 1);
  unit::Gate::open = true;
  CHECK(farm::wait(handles).done.size() == 2);
  CHECK(farm::wait(std::vector<farm::AsyncResult<int>>()).done.empty());
}

TEST_CASE("a wait over handles ends with the first error", "[unit][client]") {
  ThreadedFarm farm(2);
  unit::Gate gate;
  const auto view = farm.client.load_balanced();
  std::vector<farm::AsyncResult<int>> handles{view.apply(farm::kernel<&unit::Gate::pass>, 1),
                                              view.apply(farm::kernel<&unit::odd_fails>, 1)};
  CHECK(farm::wait(handles, farm::When::first_exception).done == std::vector<std::size_t>{1});
  unit::Gate::open = true;
  CHECK(farm::wait(handles, farm::When::first_exception).done.size() >= 1);
}

TEST_CASE("handles come in order of completion", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  unit::Gate gate;
  const auto view = farm.client.load_balanced();
  std::vector<farm::AsyncResult<int>> handles{view.apply(farm::kernel<&unit::Gate::pass>, 10)};
  for (int i = 0; i < 5; ++i) handles.push_back(view.apply(farm::kernel<&unit::square>, i));
  std::vector<int> values;
  for (const farm::AsyncResult<int>& handle : farm::as_completed(handles)) {
    values.push_back(handle.get());
    if (values.size() == 5) unit::Gate::open = true;
  }
  REQUIRE(values.size() == 6);
  CHECK(values.back() == 10);
}

TEST_CASE("a lazy map reads an endless input as far as it is consumed", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  const auto view = farm.client.load_balanced();
  const auto squares = view.imap(farm::kernel<&unit::square>, farm_test::counted());
  int expected = 0;
  for (const int value : squares) {
    REQUIRE(value == expected * expected);
    if (++expected == 300) break;
  }
  squares.cancel();
  CHECK(squares.submitted() >= 300);
}

TEST_CASE("a lazy map in order of completion gives everything once", "[unit][client]") {
  ThreadedFarm farm(3, GENERATE(true, false));
  const auto view = farm.client.load_balanced().with({.ordered = false});
  const std::vector<int> inputs = counted(500);
  std::set<int> seen;
  for (const int value : view.imap(farm::kernel<&unit::square>, inputs)) seen.insert(value);
  CHECK(seen.size() == 500);
}

TEST_CASE("an error of a lazy input comes after the results before it", "[unit][client]") {
  ThreadedFarm farm;
  const auto view = farm.client.load_balanced();
  farm_test::Generator<int> input([next = 0]() mutable -> std::optional<int> {
    if (next == 5) throw std::out_of_range("no more");
    return next++;
  });
  int values = 0;
  const auto consume = [&] {
    for (const int value : view.imap(farm::kernel<&unit::square>, input)) {
      CHECK(value == values * values);
      ++values;
    }
  };
  CHECK_THROWS_AS(consume(), std::out_of_range);
  CHECK(values == 5);
}

TEST_CASE("a lazy map that nobody consumes stops reading", "[unit][client]") {
  ThreadedFarm farm(2);
  const auto view = farm.client.load_balanced().with({.chunk = 1});
  {
    const auto map = view.imap(farm::kernel<&unit::square>, farm_test::counted(),
                               {.max_outstanding = 2, .buffer = 6});
    farm.client.wait();
    CHECK(map.submitted() <= 6);
  }
  CHECK(farm.client.wait(10s));
  CHECK_THROWS_AS(view.imap(farm::kernel<&unit::square>, counted(1), {.buffer = 0}),
                  std::invalid_argument);
}

TEST_CASE("completions take more handles while others come out", "[unit][client]") {
  ThreadedFarm farm(2, GENERATE(true, false));
  unit::Gate gate;
  const auto view = farm.client.load_balanced();
  farm::Completions<int> queue;
  CHECK_FALSE(queue.next().has_value());
  queue.add(view.apply(farm::kernel<&unit::Gate::pass>, 1));
  CHECK_FALSE(queue.next(1ms).has_value());
  std::multiset<int> values;
  for (int i = 2; i < 50; ++i) {
    queue.add(view.apply(farm::kernel<&unit::square>, i));
    values.insert(queue.next()->get());
  }
  CHECK(values.size() == 48);
  CHECK(*values.begin() == 4);
  CHECK(queue.size() == 1);
  unit::Gate::open = true;
  CHECK(queue.next().has_value());
  CHECK(queue.empty());
  const auto failed = view.apply(farm::kernel<&unit::odd_fails>, 1);
  failed.wait();
  queue.add(failed);
  CHECK_FALSE(queue.next()->outcome().ok());
}
