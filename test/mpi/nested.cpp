// Tasks that make tasks.

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace nested_kernels {

int square(int x) { return x * x; }

long fibonacci(farm::Engine& here, int n) {
  if (n < 2) return n;
  auto left = here.submit(farm::kernel<&fibonacci>, n - 1);
  auto right = here.submit(farm::kernel<&fibonacci>, n - 2);
  return left.get() + right.get();
}

std::vector<int> sorted(farm::Engine& here, std::vector<int> values) {
  if (values.size() < 16) {
    std::sort(values.begin(), values.end());
    return values;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  auto low = here.submit(farm::kernel<&sorted>, std::vector<int>(values.begin(), middle));
  auto high = here.submit(farm::kernel<&sorted>, std::vector<int>(middle, values.end()));
  const std::vector<int> left = low.get();
  const std::vector<int> right = high.get();
  std::merge(left.begin(), left.end(), right.begin(), right.end(), values.begin());
  return values;
}

// Every node waits for its children.
int tree(farm::Engine& here, int depth, int width) {
  if (depth == 0) return 1;
  std::vector<std::pair<int, int>> children(static_cast<std::size_t>(width), {depth - 1, width});
  int nodes = 1;
  for (const int below : here.load_balanced().starmap(farm::kernel<&tree>, children))
    nodes += below;
  return nodes;
}

long sum_of_squares(farm::Engine& here, int n) {
  auto tasks = here.load_balanced();
  long sum = 0;
  for (const int square : tasks.map(farm::kernel<&nested_kernels::square>, numbers(n))) {
    sum += square;
  }
  long again = 0;
  for (const auto& outcome : tasks.with({.chunk = 7})
                                 .map(farm::kernel<&nested_kernels::square>, numbers(n))
                                 .as_completed()) {
    again += outcome.value();
  }
  return sum == again ? sum : -1;
}

int fails(int x) { throw std::runtime_error("no " + std::to_string(x)); }
int fails_below(farm::Engine& here, int depth) {
  if (depth == 0) return here.submit(farm::kernel<&fails>, 7).get();
  return here.submit(farm::kernel<&fails_below>, depth - 1).get();
}
std::string catches(farm::Engine& here) {
  auto child = here.submit(farm::kernel<&fails>, 3);
  try {
    child.get();
  } catch (const farm::RemoteError& error) {
    const farm::Outcome<int> outcome = child.outcome();
    const bool same = outcome.info().engine == error.engine() && !outcome.ok() &&
                      outcome.info().host == error.host() && !error.host().empty();
    return error.kernel() + ": " + error.message() + (same ? "" : " elsewhere");
  }
  return "nothing";
}
std::size_t failures(farm::Engine& here) {
  auto children = here.load_balanced().map(farm::kernel<&fails>, numbers(10));
  try {
    children.get();
  } catch (const farm::CompositeError& error) {
    return error.size();
  }
  return 0;
}

// Its own engine is busy with it, so with one engine no child has started.
std::pair<std::size_t, std::size_t> cancels(farm::Engine& here, int n) {
  auto children =
      here.load_balanced().with({.chunk = 1, .hwm = 1}).map(farm::kernel<&square>, numbers(n));
  const std::size_t cancelled = children.cancel();
  children.wait();
  std::size_t aborted = 0;
  for (const auto& outcome : children.as_completed()) {
    try {
      outcome.value();
    } catch (const farm::TaskAborted&) {
      ++aborted;
    }
  }
  return {cancelled, aborted};
}

void touch(farm::Engine& here, int value) {
  const farm::Name<int> name{"touched"};
  here.put(name, value + (here.contains(name) ? here[name] : 0));
}
void leaves_work(farm::Engine& here, int n) {
  for (int i = 0; i < n; ++i) here.submit(farm::kernel<&touch>, 1);
}
int take_touched(farm::Engine& here) {
  const farm::Name<int> name{"touched"};
  const int count = here.contains(name) ? here[name] : 0;
  here.put(name, 0);
  return count;
}

int descend(farm::Engine& here, int depth) {
  if (depth == 0) return 0;
  return 1 + here.submit(farm::kernel<&descend>, depth - 1).get();
}

int many(farm::Engine& here, int n) {
  std::vector<farm::AsyncResult<int>> children;
  for (int i = 0; i < n; ++i) children.push_back(here.submit(farm::kernel<&square>, i % 10));
  int sum = 0;
  for (const auto& child : children) sum += child.get();
  return sum;
}

std::pair<std::uint64_t, std::uint64_t> draws(farm::Engine& here, bool waits) {
  const std::uint64_t first = here.random()();
  if (waits) here.submit(farm::kernel<&draws>, false).get();
  return {first, here.random()()};
}
bool keeps_its_task(farm::Engine& here) {
  const farm::TaskId own = here.task();
  auto children = here.load_balanced().map(farm::kernel<&square>, numbers(20));
  children.wait();
  return here.task() == own && children.info(0).id > own;
}

int add(const std::vector<int>& common, int x) { return common.at(0) + x; }
int bound(farm::Engine& here) {
  const auto plus_five = farm::bind(farm::kernel<&add>, std::vector<int>{5});
  int sum = 0;
  for (int i = 0; i < 20; ++i) sum += here.submit(plus_five, i).get();
  return sum;
}

int continues(farm::Engine& here) {
  auto half = here.submit(farm::kernel<&square>, 6).then([](int x) { return x / 2; });
  std::vector<farm::AsyncResult<int>> both{half, here.submit(farm::kernel<&square>, 2)};
  return std::accumulate(both.begin(), both.end(), 0,
                         [](int sum, const auto& each) { return sum + each.get(); }) +
         farm::collect(both).get().at(0);
}

std::string refused(farm::Engine& here, int what) {
  try {
    auto tasks = here.load_balanced();
    auto child = tasks.apply(farm::kernel<&square>, 2);
    if (what == 0) child.get();
  } catch (const farm::Error& error) {
    return error.what();
  }
  return "";
}

std::string other_thread(farm::Engine& here) {
  std::string said;
  std::thread([&] {
    try {
      here.submit(farm::kernel<&square>, 2);
    } catch (const farm::Error& error) {
      said = error.what();
    }
  }).join();
  return said;
}

bool times_out(farm::Engine& here, const std::string& gate) {
  auto child = here.submit(farm::kernel<&farm_test::hold_if>, gate, 1);
  return child.wait(std::chrono::milliseconds(20));
}

}  // namespace nested_kernels

using namespace nested_kernels;

TEST_CASE("A recursion whose every call is a task ends, whatever the number of engines",
          "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&fibonacci>, 13).get() == 233);
  REQUIRE(client().load_balanced().map(farm::kernel<&fibonacci>, numbers(10)).get() ==
          std::vector<long>{0, 1, 1, 2, 3, 5, 8, 13, 21, 34});
}

TEST_CASE("Tasks split data and merge what their children return", "[nested]") {
  std::vector<int> values = numbers(1000);
  for (std::size_t i = 0; i < values.size(); ++i) std::swap(values[i], values[i * 7919 % 1000]);
  REQUIRE(client().load_balanced().apply(farm::kernel<&sorted>, values).get() == numbers(1000));
}

TEST_CASE("More tasks wait than there are engines", "[nested]") {
  const std::vector<std::pair<int, int>> roots(20, {3, 4});
  for (const int nodes : client().load_balanced().starmap(farm::kernel<&tree>, roots)) {
    REQUIRE(nodes == 1 + 4 + 16 + 64);
  }
}

TEST_CASE("Chunks of tasks that wait, queued behind one another, all end", "[nested]") {
  const std::vector<std::pair<int, int>> roots(64, {2, 3});
  for (const farm::CountOrAutomatic hwm : {farm::CountOrAutomatic(0), farm::CountOrAutomatic(5)}) {
    auto tasks = client().load_balanced().with({.chunk = 2, .hwm = hwm});
    for (const int nodes : tasks.starmap(farm::kernel<&tree>, roots)) REQUIRE(nodes == 13);
  }
}

TEST_CASE("A kernel maps, and iterates in order and as completed", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&sum_of_squares>, 500).get() == 41541750);
}

TEST_CASE("A child's error reaches the driver with the chain of tasks", "[nested]") {
  try {
    client().load_balanced().apply(farm::kernel<&fails_below>, 1).get();
    FAIL("no error");
  } catch (const farm::RemoteError& error) {
    const std::string what = error.what();
    INFO(what);
    const auto first = what.find("fails_below failed on engine");
    const auto second = what.find("farm::RemoteError: nested_kernels::fails_below", first);
    const auto third = what.find("farm::RemoteError: nested_kernels::fails failed", second);
    REQUIRE(third != std::string::npos);
    REQUIRE(what.find("std::runtime_error: no 7", third) != std::string::npos);
  }
}

TEST_CASE("A kernel may catch what its children throw", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&catches>).get() ==
          "nested_kernels::fails: no 3");
  REQUIRE(client().load_balanced().apply(farm::kernel<&failures>).get() == 10);
}

TEST_CASE("A kernel cancels what has not started of its children", "[nested]") {
  const auto [cancelled, aborted] =
      client().load_balanced().apply(farm::kernel<&cancels>, 100).get();
  REQUIRE(cancelled == aborted);
  REQUIRE(cancelled + client().size() * 3 >= 100);
}

TEST_CASE("Tasks that nobody waits for are counted and run", "[nested]") {
  client().direct().apply(farm::kernel<&take_touched>).get();
  client().load_balanced().apply(farm::kernel<&leaves_work>, 300).wait();
  REQUIRE(client().wait(std::chrono::seconds(30)));
  REQUIRE(client().outstanding() == 0);
  const auto counts = client().direct().apply(farm::kernel<&take_touched>).get();
  REQUIRE(std::accumulate(counts.begin(), counts.end(), 0) == 300);
}

TEST_CASE("A recursion without an end is an error and no crash", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&descend>, 100).get() == 100);
  try {
    client().load_balanced().apply(farm::kernel<&descend>, 60'000).get();
    FAIL("no error");
  } catch (const farm::RemoteError& error) {
    const std::string what = error.what();
    REQUIRE(what.find("nested too deep") != std::string::npos);
    REQUIRE(what.size() < 20'000);
  }
  REQUIRE(client().load_balanced().apply(farm::kernel<&square>, 3).get() == 9);
}

TEST_CASE("One kernel has ten thousand children", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&many>, 10'000).get() == 285'000);
}

TEST_CASE("A task goes on with its own stream and id after a wait", "[nested]") {
  auto waits = client().load_balanced().apply(farm::kernel<&draws>, true);
  const auto [first, second] = waits.get();
  REQUIRE(first != second);
  REQUIRE(client().load_balanced().apply(farm::kernel<&keeps_its_task>).get());
}

TEST_CASE("A kernel binds common arguments for its children", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&bound>).get() == 290);
}

TEST_CASE("Continuations and collected handles work in a kernel", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&continues>).get() == 40);
}

TEST_CASE("A kernel on several engines together may submit and not wait", "[nested]") {
  const auto said = client().direct().apply(farm::kernel<&refused>, 0).get();
  for (const std::string& text : said) {
    if (client().size() > 1) {
      REQUIRE(text.find("several engines run together") != std::string::npos);
    } else {
      REQUIRE(text.empty());
    }
  }
  REQUIRE(client()[client().ids().front()].apply(farm::kernel<&refused>, 0).get().empty());
  client().wait();
}

TEST_CASE("Another thread of a kernel gets an error", "[nested]") {
  REQUIRE(client().load_balanced().apply(farm::kernel<&other_thread>).get().find("thread") !=
          std::string::npos);
}

TEST_CASE("Direct calls go on while tasks wait for tasks", "[nested]") {
  std::vector<farm::AsyncResult<long>> trees;
  for (int i = 0; i < 10; ++i) {
    trees.push_back(client().load_balanced().apply(farm::kernel<&fibonacci>, 9));
    client().direct().apply(farm::kernel<&take_touched>).get();
    client().direct().push(farm::Name<int>{"pushed"}, i);
  }
  for (const auto& tree : trees) REQUIRE(tree.get() == 34);
}

TEST_CASE("A wait in a kernel may have a limit", "[nested]") {
  if (client().size() < 2) return;  // the child would hold the engine that it is to be given up on
  const farm_test::Gate gate;
  auto waits = client().load_balanced().apply(farm::kernel<&times_out>, gate.path());
  gate.open();
  waits.wait();
}
