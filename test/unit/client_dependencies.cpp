// Dependencies and results as arguments as users write them, over engines in threads.

#include <catch2/catch.hpp>
#include <numeric>

#include "threaded_farm.hpp"

using unit::counted;
using unit::ThreadedFarm;

namespace unit {

inline std::string text_of(int x) { return "number " + std::to_string(x); }
inline std::string joined(const std::string& a, int n, const std::string& b, double x) {
  return a + "|" + std::to_string(n) + "|" + b + "|" + std::to_string(static_cast<int>(x));
}
inline double half(int x) { return x / 2.0; }
inline std::vector<double> ramp(int n) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0);
  return values;
}
inline double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}
inline int grow(farm::Engine& here, std::vector<double>& values) {
  values.push_back(1);
  return here.id().rank();
}
inline std::size_t names(farm::Engine& here) { return here.store().names().size(); }
inline int fails(int x) { throw std::runtime_error("no luck with " + std::to_string(x)); }

}  // namespace unit

TEST_CASE("a result is passed on as an argument", "[unit][client][dependencies]") {
  ThreadedFarm farm(2);
  const auto tasks = farm.client.load_balanced();
  const auto number = tasks.apply(farm::kernel<&unit::square>, 3);
  const auto text = tasks.apply(farm::kernel<&unit::text_of>, number);
  const auto half = tasks.apply(farm::kernel<&unit::half>, number);
  CHECK(text.get() == "number 9");
  CHECK(half.get() == 4.5);
  CHECK(tasks.apply(farm::kernel<&unit::joined>, text, number, text, half).get() ==
        "number 9|9|number 9|4");
  CHECK(tasks.apply(farm::kernel<&unit::joined>, "a", 2, text, 7.5).get() == "a|2|number 9|7");
  CHECK(tasks.apply([](auto a, auto b) { return a + b; }, number, 1).get() == 10);
  const auto later = number.then([](int x) { return std::to_string(x); });
  CHECK(tasks.apply(farm::kernel<&unit::joined>, later, 1, "", 0.0).get() == "9|1||0");
  const auto direct = farm.client[1].apply(farm::kernel<&unit::square>, 5);
  CHECK(tasks.apply(farm::kernel<&unit::square>, direct).get() == 625);
  CHECK_THROWS_AS(tasks.apply(farm::kernel<&unit::square>, farm::AsyncResult<int>()),
                  std::invalid_argument);
}

TEST_CASE("a value that is pulled is no argument", "[unit][client][dependencies]") {
  ThreadedFarm farm(1);
  constexpr farm::Name<int> x{"x"};
  farm.client[1].push(x = 3);
  const auto pulled = farm.client[1].pull(x);
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(pulled)>, farm::AsyncResult<int>>) {
    CHECK_THROWS_AS(farm.client.load_balanced().apply(farm::kernel<&unit::square>, pulled),
                    std::invalid_argument);
  }
}

TEST_CASE("a task whose argument failed cannot run", "[unit][client][dependencies]") {
  ThreadedFarm farm(2);
  const auto tasks = farm.client.load_balanced();
  const auto bad = tasks.apply(farm::kernel<&unit::fails>, 3);
  const auto next = tasks.apply(farm::kernel<&unit::text_of>, bad);
  CHECK_THROWS_AS(next.get(), farm::ImpossibleDependency);
  CHECK_THROWS_WITH(next.get(), Catch::Contains("unit::text_of) cannot run: it needs task 0 "
                                                "(unit::fails), which failed: "
                                                "std::runtime_error: no luck with 3"));
  CHECK(next.info().attempt == 0);
}

TEST_CASE("a map over results starts each item when its argument is there",
          "[unit][client][dependencies]") {
  ThreadedFarm farm(3);
  const auto tasks = farm.client.load_balanced();
  std::vector<farm::AsyncResult<int>> squares;
  for (int i = 0; i < 20; ++i) squares.push_back(tasks.apply(farm::kernel<&unit::square>, i));
  const auto halves = tasks.map(farm::kernel<&unit::half>, squares);
  const std::vector<double> values = halves.get();
  REQUIRE(values.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(values[static_cast<std::size_t>(i)] == i * i / 2.0);
  CHECK(halves.info(3).engine.rank() > 0);
  const std::vector<std::string> names{"a", "b"};
  squares.resize(2);
  const std::vector<std::string> ends{"x", "y"};
  CHECK(tasks.map(farm::kernel<&unit::joined>, names, squares, ends, std::vector<double>{1, 2})
            .get() == std::vector<std::string>{"a|0|x|1", "b|1|y|2"});
  CHECK(tasks.map(farm::kernel<&unit::half>, std::vector<farm::AsyncResult<int>>()).get().empty());
}

TEST_CASE("after and follow stay with a view until they are set again",
          "[unit][client][dependencies]") {
  ThreadedFarm farm(3);
  const auto tasks = farm.client.load_balanced();
  const unit::Gate gate;
  const auto held = tasks.apply(farm::kernel<&unit::Gate::pass>, 1);
  const auto later = tasks.with({.after = held});
  const auto first = later.apply(farm::kernel<&unit::square>, 2);
  const auto second = later.with({.retries = 1}).map(farm::kernel<&unit::square>, counted(3));
  const auto free = later.with({.after = farm::Dependency()}).apply(farm::kernel<&unit::square>, 4);
  CHECK(free.get() == 16);
  CHECK_FALSE(first.ready());
  CHECK_FALSE(second.ready());
  CHECK(first.cancel() == 1);
  unit::Gate::open = true;
  CHECK(second.get() == std::vector<int>{0, 1, 4});
  CHECK_THROWS_AS(first.get(), farm::TaskAborted);
}

TEST_CASE("a map is waited for as a whole, or for its first item", "[unit][client][dependencies]") {
  ThreadedFarm farm(2, true, unit::one_by_one());
  const auto tasks = farm.client.load_balanced();
  const auto mixed = tasks.map(farm::kernel<&unit::odd_fails>, counted(10));
  const auto all = tasks.with({.after = farm::all_of(mixed)}).apply(farm::kernel<&unit::square>, 2);
  const auto any = tasks.with({.after = farm::any_of(mixed)}).apply(farm::kernel<&unit::square>, 2);
  const auto end = tasks.with({.after = farm::all_of(mixed).on_completion()})
                       .apply(farm::kernel<&unit::square>, 2);
  const auto some =
      tasks.with({.after = farm::any_of(mixed).on_failure()}).apply(farm::kernel<&unit::square>, 2);
  const auto none =
      tasks.with({.after = farm::all_of(mixed).on_failure()}).apply(farm::kernel<&unit::square>, 2);
  CHECK_THROWS_AS(all.get(), farm::ImpossibleDependency);
  CHECK(any.get() == 4);
  CHECK(end.get() == 4);
  CHECK(some.get() == 4);
  CHECK_THROWS_WITH(none.get(), Catch::Contains("it waits for the failure of task ") &&
                                    Catch::EndsWith("(unit::odd_fails), which succeeded"));
  CHECK(mixed.ready());
}

TEST_CASE("a dependency is made of handles, ids and lists of them",
          "[unit][client][dependencies]") {
  ThreadedFarm farm(2);
  const auto tasks = farm.client.load_balanced();
  const auto one = tasks.apply(farm::kernel<&unit::square>, 1);
  const auto map = tasks.map(farm::kernel<&unit::square>, counted(5));
  const std::vector<farm::AsyncResult<int>> list{one, one};
  const std::vector<farm::TaskId> ids{one.info().id, map.info(4).id};
  const auto direct = farm.client.direct().apply(farm::kernel<&unit::square>, 1);
  const auto then = one.then([](int) {});
  const auto run = [&](const farm::Dependency& after) {
    return tasks.with({.after = after}).apply(farm::kernel<&unit::square>, 3).get() == 9;
  };
  CHECK(run(one));
  CHECK(run(map));
  CHECK(run(list));
  CHECK(run(ids));
  CHECK(run(one.info().id));
  CHECK(run(then));
  CHECK(run(farm::all_of(one, map, list, ids, map.info(2).id, direct, then)));
  CHECK(run(farm::any_of(list, direct)));
  CHECK(run(farm::all_of()));
  CHECK(run(farm::any_of(std::vector<farm::TaskId>())));
  CHECK_THROWS_AS(farm::all_of(farm::AsyncResult<int>()), farm::InvalidDependency);
  CHECK_THROWS_AS(farm::Dependency(one).on(false, false), farm::InvalidDependency);
  CHECK_THROWS_AS(run(farm::TaskId{1'000'000}), farm::InvalidDependency);
  const auto follower = tasks.with({.follow = then});
  CHECK_THROWS_AS(follower.apply(farm::kernel<&unit::square>, 1), farm::InvalidDependency);
  const auto apart = tasks.with({.follow = farm::all_of(direct)});
  CHECK_THROWS_WITH(
      apart.apply(farm::kernel<&unit::square>, 1).get(),
      Catch::Contains("it must run on an engine where all ran that is to be followed"));
  CHECK(tasks.with({.follow = farm::any_of(direct)}).apply(farm::kernel<&unit::square>, 2).get() ==
        4);
}

TEST_CASE("what is kept stays where it was made", "[unit][client][dependencies]") {
  ThreadedFarm farm(3);
  const auto tasks = farm.client.load_balanced();
  for (int i = 0; i < 5; ++i) {
    const auto kept = tasks.apply_kept(farm::kernel<&unit::ramp>, 5);
    const auto sum = tasks.apply(farm::kernel<&unit::sum>, kept);
    const auto grown = tasks.with({.after = sum}).apply(farm::kernel<&unit::grow>, kept);
    CHECK(sum.get() == 10);
    CHECK(grown.get() == kept.get().engine().rank());
    CHECK(tasks.apply(farm::kernel<&unit::sum>, kept).get() == 11);
    const auto bound = tasks.apply_kept(farm::bind(farm::kernel<&unit::plus>, std::vector{1}), 2);
    CHECK(tasks.apply(farm::kernel<&unit::square>, bound).get() == 9);
    farm.client.release(kept);
    farm.client.release(bound);
    for (const std::size_t left : farm.client.direct().apply(farm::kernel<&unit::names>).get()) {
      CHECK(left == 0);
    }
  }
}

TEST_CASE("a chain of 1e5 tasks fails from one end to the other", "[unit][client][dependencies]") {
  ThreadedFarm farm(1);
  const auto tasks = farm.client.load_balanced();
  const unit::Gate gate;
  auto last = tasks.apply(
      [](int x) -> int {
        unit::Gate::pass(x);
        throw std::runtime_error("the first");
      },
      1);
  for (int i = 0; i < 100'000; ++i) last = tasks.apply(farm::kernel<&unit::square>, last);
  unit::Gate::open = true;
  CHECK_THROWS_AS(last.get(), farm::ImpossibleDependency);
  try {
    last.get();
  } catch (const farm::ImpossibleDependency& error) {
    const std::string text = error.what();
    CHECK_THAT(text, Catch::EndsWith("which failed: std::runtime_error: the first"));
    CHECK_THAT(text, Catch::Contains("(through 99991 more"));
    CHECK(text.size() < 1500);
  }
}

TEST_CASE("a chain of 1e5 tasks runs from one end to the other", "[unit][client][dependencies]") {
  ThreadedFarm farm(2);
  const auto tasks = farm.client.load_balanced();
  auto last = tasks.apply([](int x) { return x; }, 1);
  for (int i = 0; i < 100'000; ++i) last = tasks.apply([](int x) { return x + 1; }, last);
  CHECK(last.get() == 100'001);
}
