// Tasks that make tasks, over loopback with engines in threads.

#include <catch2/catch.hpp>
#include <numeric>

#include "threaded_farm.hpp"

namespace nested_unit {

int leaf(int x) { return x + 1; }

long fibonacci(farm::Engine& here, int n) {
  if (n < 2) return n;
  auto left = here.submit(farm::kernel<&fibonacci>, n - 1);
  auto right = here.submit(farm::kernel<&fibonacci>, n - 2);
  return left.get() + right.get();
}

// With a map, single tasks, handles that are let go, and errors.
int mixed(farm::Engine& here, int seed, int depth) {
  if (depth == 0) {
    if (seed % 5 == 0) throw std::runtime_error("five");
    return 1;
  }
  auto tasks = here.load_balanced().with({.chunk = 1 + seed % 3});
  std::vector<std::pair<int, int>> below;
  for (int i = 0; i < 1 + seed % 4; ++i) below.emplace_back(seed * 3 + i, depth - 1);
  auto map = tasks.starmap(farm::kernel<&mixed>, below);
  here.submit(farm::kernel<&leaf>, seed);
  int sum = 0;
  for (const auto& outcome : map.as_completed()) sum += outcome ? outcome.value() : 1;
  return sum + here.submit(farm::kernel<&leaf>, seed).get() - seed - 1;
}
int leaves(int seed, int depth) {
  if (depth == 0) return 1;
  int sum = 0;
  for (int i = 0; i < 1 + seed % 4; ++i) sum += leaves(seed * 3 + i, depth - 1);
  return sum;
}

int fails(int) { throw std::runtime_error("on purpose"); }
void lets_go(farm::Engine& here) { here.submit(farm::kernel<&fails>, 1); }
void looks(farm::Engine& here) { here.submit(farm::kernel<&fails>, 1).outcome(); }
int holds(farm::Engine& here) {
  auto child = here.submit(farm::kernel<&unit::Gate::pass>, 1);
  child.wait(std::chrono::milliseconds(1));
  return child.get();
}
struct Kept {
  farm::AsyncResult<int> handle;
  template <class Archive>
  void serialize(Archive&, unsigned) {}
};
void keeps(farm::Engine& here) {
  here.put(farm::Name<Kept>{"kept"}, Kept{here.submit(farm::kernel<&leaf>, 1)});
}
std::string depends(farm::Engine& here) {
  std::string said;
  try {
    here.load_balanced().map(farm::kernel<&leaf>, std::vector<int>{}).get();
    here.load_balanced().apply(farm::kernel<&leaf>, 1).get();
  } catch (const farm::Error& error) {
    said = error.what();
  }
  return said;
}

}  // namespace nested_unit

using namespace nested_unit;

TEST_CASE("tasks of every depth end on one engine and on several", "[unit][nested]") {
  for (const int engines : {1, 2, 5}) {
    unit::ThreadedFarm farm(engines);
    REQUIRE(farm.client.load_balanced().apply(farm::kernel<&fibonacci>, 11).get() == 89);
  }
}

TEST_CASE("kernels that submit in all ways end with the right sums", "[unit][nested]") {
  for (const bool progress : {true, false}) {
    unit::ThreadedFarm farm(3, progress);
    std::vector<std::pair<int, int>> roots;
    for (int seed = 0; seed < 40; ++seed) roots.emplace_back(seed, seed % 4 + 1);
    auto sums = farm.client.load_balanced().starmap(farm::kernel<&mixed>, roots);
    std::vector<int> expected;
    for (const auto& [seed, depth] : roots) expected.push_back(leaves(seed, depth));
    REQUIRE(sums.get() == expected);
    REQUIRE(farm.client.wait());
    REQUIRE(farm.client.outstanding() == 0);
  }
}

TEST_CASE("the farm counts tasks that a kernel has let go", "[unit][nested]") {
  unit::ThreadedFarm farm(2);
  {
    const unit::Gate gate;
    auto parent = farm.client.load_balanced().map(
        [](farm::Engine& here, int i) { here.submit(farm::kernel<&unit::Gate::pass>, i); },
        unit::counted(4));
    REQUIRE(unit::eventually([&] { return parent.progress() >= 1; }));
    REQUIRE_FALSE(farm.client.wait(std::chrono::milliseconds(10)));
  }
  REQUIRE(farm.client.wait());
}

TEST_CASE("an error of a child that nobody looked at is reported", "[unit][nested]") {
  unit::ThreadedFarm farm(2);
  farm.client.load_balanced().apply(farm::kernel<&looks>).get();
  farm.client.wait();
  REQUIRE(unit::eventually([&] {
    farm.monitor.poll();
    return farm.unnoticed() == 0;
  }));
  farm.client.load_balanced().apply(farm::kernel<&lets_go>).get();
  farm.client.wait();
  REQUIRE(unit::eventually([&] {
    farm.monitor.poll();
    return farm.unnoticed() == 1;
  }));
}

TEST_CASE("a kernel waits for a child on another engine", "[unit][nested]") {
  unit::ThreadedFarm farm(2);
  std::optional<farm::AsyncResult<int>> parent;
  {
    const unit::Gate gate;
    parent = farm.client.load_balanced().apply(farm::kernel<&holds>);
    REQUIRE_FALSE(parent->wait(std::chrono::milliseconds(20)));
  }
  REQUIRE(parent->get() == 1);
}

TEST_CASE("a handle that a kernel keeps in the namespace may outlive the run", "[unit][nested]") {
  unit::ThreadedFarm farm(1);
  farm.client.load_balanced().apply(farm::kernel<&keeps>).get();
}

TEST_CASE("an empty map in a kernel ends at once", "[unit][nested]") {
  unit::ThreadedFarm farm(1);
  REQUIRE(farm.client.load_balanced().apply(farm::kernel<&depends>).get().empty());
}
