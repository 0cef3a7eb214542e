#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <type_traits>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace view_kernels {

int engine_of(farm::Engine& here, int) { return here.id().rank(); }
int twice(int x) { return 2 * x; }

}  // namespace view_kernels

// In C++ the types say it: one task answers a value, many tasks answer a vector, also of one.
TEST_CASE("apply answers a bare value and a map of one item a list of one", "[views][b002]") {
  auto tasks = client().load_balanced();
  auto one = tasks.apply(farm::kernel<&view_kernels::twice>, 21);
  auto list = tasks.map(farm::kernel<&view_kernels::twice>, std::vector{21});
  static_assert(std::is_same_v<decltype(one.get()), int>);
  static_assert(std::is_same_v<decltype(list.get()), std::vector<int>>);
  REQUIRE(one.get() == 42);
  REQUIRE(list.get() == std::vector{42});
}

// The original sets flags of a view for a while and restores them; here nothing is ever changed.
TEST_CASE("Other options make another view and leave this one alone", "[views][b014]") {
  const auto tasks = client().load_balanced();
  const farm::TaskOptions before = tasks.options();
  const auto other = tasks.with({.chunk = 7, .hwm = 3, .ordered = false});
  REQUIRE(tasks.options() == before);
  REQUIRE(other.options().chunk == farm::CountOrAutomatic(7));
  REQUIRE(other.options().hwm == farm::CountOrAutomatic(3));
  REQUIRE_FALSE(other.options().ordered);
  const auto third = other.with({.chunk = farm::automatic});
  REQUIRE(third.options().chunk.is_automatic());
  REQUIRE(third.options().hwm == farm::CountOrAutomatic(3));
  REQUIRE_THROWS_AS(tasks.with({.chunk = 0}), std::invalid_argument);
  REQUIRE(tasks.options() == before);
}

// An unknown option name does not compile: test/compile_fail/unknown_option.cpp.
TEST_CASE("A wrong option is refused in a sentence", "[views][b015][b067]") {
  const auto tasks = client().load_balanced();
  REQUIRE_THROWS_WITH(tasks.with({.chunk = 0}), Catch::Contains("at least 1 item, not 0"));
  REQUIRE_THROWS_WITH(tasks.with({.chunk = -5}), Catch::Contains("not -5"));
  REQUIRE_THROWS_WITH(tasks.with({.hwm = -1}), Catch::Contains("high-water mark"));
  REQUIRE_NOTHROW(tasks.with({.hwm = 0}));
}

TEST_CASE("A view of some engines uses no other", "[views]") {
  const std::vector<farm::EngineId> ids = client().ids();
  std::vector<farm::EngineId> odd;
  for (std::size_t i = 0; i < ids.size(); i += 2) odd.push_back(ids[i]);
  auto tasks = client().load_balanced(odd);
  for (const farm::CountOrAutomatic hwm : {farm::CountOrAutomatic(0), farm::CountOrAutomatic(1),
                                           farm::CountOrAutomatic(farm::automatic)}) {
    const auto view = tasks.with({.chunk = 3, .hwm = hwm});
    REQUIRE(view.targets() == odd);
    for (const int engine : view.map(farm::kernel<&view_kernels::engine_of>, numbers(200)).get()) {
      REQUIRE(std::count(odd.begin(), odd.end(), farm::EngineId(engine)) == 1);
    }
  }
}

TEST_CASE("A restricted view and an open one share the engines", "[views]") {
  auto last = client().load_balanced({-1});
  auto any = client().load_balanced();
  auto some = last.map(farm::kernel<&view_kernels::engine_of>, numbers(300));
  auto others = any.map(farm::kernel<&view_kernels::engine_of>, numbers(300));
  const std::vector<int> engines = some.get();
  REQUIRE(std::set<int>(engines.begin(), engines.end()) ==
          std::set<int>{client().ids().back().rank()});
  REQUIRE(others.get().size() == 300);
}

// While every engine is held, one view queues many tasks and another a few after it. When the
// engines come free the views take turns, so that the few do not wait for the many.
namespace {

// Of a map of 300 items, how many come before the last of a map of 20 that was submitted behind it.
int ahead_of_few() {
  const farm_test::Gate gate;
  const int many = 300;
  const int few = 20;
  auto held = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto holding = held.map(farm::bind(farm::kernel<&farm_test::hold>, gate.path()),
                          numbers(static_cast<int>(client().size())));
  auto greedy = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto modest = client().load_balanced().with({.chunk = 1, .hwm = 1});
  auto first = greedy.map(farm::kernel<&view_kernels::twice>, numbers(many));
  auto second = modest.map(farm::kernel<&view_kernels::twice>, numbers(few));
  gate.open();
  holding.wait();
  first.wait();
  second.wait();
  farm::Time last_of_few{};
  for (int i = 0; i < few; ++i) {
    last_of_few = std::max(last_of_few, *second.info(static_cast<std::size_t>(i)).received);
  }
  int before = 0;
  for (int i = 0; i < many; ++i) {
    if (*first.info(static_cast<std::size_t>(i)).received < last_of_few) ++before;
  }
  return before;
}

}  // namespace

TEST_CASE("Two views take turns", "[views][b167]") {
  // A task that loses its core in the middle is charged for the pause: not every try counts.
  int before = ahead_of_few();
  for (int again = 0; again < 4 && before >= 150; ++again)
    before = std::min(before, ahead_of_few());
  REQUIRE(before < 150);
}
