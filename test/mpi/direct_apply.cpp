#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace apply_kernels {

constexpr farm::Name<int> number{"number"};

int rank_times(farm::Engine& here, int factor) { return here.id().rank() * factor; }
std::string echo(const std::string& text) { return text; }
std::vector<double> echo_array(const std::vector<double>& values) { return values; }
int fails_on_odd(farm::Engine& here) {
  if (here.id().rank() % 2 == 1)
    throw std::runtime_error("odd " + std::to_string(here.id().rank()));
  return here.id().rank();
}
int same(int x) { return x; }
std::vector<int> squares(const std::vector<int>& part) {
  std::vector<int> all;
  for (const int x : part) all.push_back(x * x);
  return all;
}
int products(const std::vector<int>& a, const std::vector<int>& b) {
  int sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
int square(int x) { return x * x; }
int engine_of(farm::Engine& here, int) { return here.id().rank(); }
int one_argument(int x) {
  if (x == 7) throw std::domain_error("seven");
  return x;
}
void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

}  // namespace apply_kernels

using namespace apply_kernels;

TEST_CASE("apply on k targets gives k values in target order", "[direct][b016][np64]") {
  for (const auto& view :
       {client().direct(), client()[farm::every(-1)], client()[farm::every(2)]}) {
    std::vector<int> expected;
    for (const farm::EngineId id : view.targets()) expected.push_back(id.rank() * 3);
    auto result = view.apply(farm::kernel<&rank_times>, 3);
    REQUIRE(result.size() == view.size());
    REQUIRE(result.get() == expected);
    const auto by_engine = result.get_dict();
    for (const auto& [id, value] : by_engine) REQUIRE(value == id.rank() * 3);
  }
}

TEST_CASE("A direct kernel's arguments are converted where it is called", "[direct][b017]") {
  // C++ has no named arguments; a struct says as much.
  REQUIRE(client()[-1].apply(farm::kernel<&same>, 2.9).get() == 2);
}

TEST_CASE("Text and arrays of any size travel to and from each target",
          "[direct][b020][b021][b024]") {
  auto all = client().direct();
  for (const std::size_t size : {0, 1, 10, 4096, 70'000, 3'000'000}) {
    const std::string text(size, 'u');
    REQUIRE(all.apply(farm::kernel<&echo>, text).get() == std::vector(client().size(), text));
    if (size > 100'000) continue;
    const std::vector<double> values(size, 0.5);
    REQUIRE(all.apply(farm::kernel<&echo_array>, values).get() ==
            std::vector(client().size(), values));
  }
  REQUIRE(all.apply(farm::kernel<&echo>, "grün €").get().front() == "grün €");
}

TEST_CASE("Several failures of a direct call are one error with an entry each", "[direct][b133]") {
  auto result = client().direct().apply(farm::kernel<&fails_on_odd>);
  std::size_t odd = 0;
  for (const farm::EngineId id : client().ids()) odd += id.rank() % 2 == 1 ? 1 : 0;
  if (odd == 0) {
    REQUIRE_NOTHROW(result.get());
    return;
  }
  try {
    result.get();
    FAIL("nothing was thrown");
  } catch (const farm::CompositeError& error) {
    REQUIRE(error.size() == odd);
    int before = -1;
    for (std::size_t i = 0; i < error.size(); ++i) {
      try {
        error.rethrow(i);
      } catch (const farm::RemoteError& one) {
        REQUIRE(one.engine().rank() % 2 == 1);
        REQUIRE(one.engine().rank() > before);
        before = one.engine().rank();
        REQUIRE_THAT(one.what(), Catch::Contains("odd " + std::to_string(before)));
      }
    }
  }
  // The engines are as usable as before.
  REQUIRE(client().direct().apply(farm::kernel<&rank_times>, 0).get() ==
          std::vector<int>(client().size(), 0));
}

TEST_CASE("A remote function keeps its name and runs on every target", "[direct][b025]") {
  auto remote = client().direct().remote(farm::kernel<&rank_times>);
  REQUIRE_THAT(remote.name(), Catch::EndsWith("rank_times"));
  REQUIRE(remote(2).get().back() == 2 * client().ids().back().rank());
  REQUIRE(client()[-1].remote(farm::kernel<&same>)(5).get() == 5);
}

TEST_CASE("A parallel function is called once an engine, its map once an element",
          "[direct][b026]") {
  auto all = client().direct();
  for (const int n : {0, 1, 2, 50}) {
    auto parallel = all.parallel(farm::kernel<&squares>);
    REQUIRE(parallel(numbers(n)).get() == squares(numbers(n)));
    REQUIRE(parallel(numbers(n)).size() == client().size());
    REQUIRE(all.parallel(farm::kernel<&square>).map(numbers(n)).get() == squares(numbers(n)));
  }
  // Parts that are no containers: one of each engine.
  const auto sums = all.parallel(farm::kernel<&products>)(numbers(50), numbers(50)).get();
  REQUIRE(sums.size() == client().size());
  int sum = 0;
  for (const int one : sums) sum += one;
  REQUIRE(sum == products(numbers(50), numbers(50)));
}

TEST_CASE("Ranges of different lengths are refused by a parallel function", "[direct][b027]") {
  auto parallel = client().direct().parallel(farm::kernel<&products>);
  REQUIRE_THROWS_AS(parallel(numbers(3), numbers(4)), std::invalid_argument);
  REQUIRE_THROWS_AS(
      client().direct().map([](int a, int b) { return a + b; }, numbers(3), numbers(4)),
      std::invalid_argument);
}

TEST_CASE("A direct map over nothing is ready and empty", "[direct][b057][b058]") {
  auto result = client().direct().map(farm::kernel<&square>, std::vector<int>{});
  REQUIRE(result.ready());
  REQUIRE(result.get().empty());
}

TEST_CASE("A direct map equals the serial one, in order", "[direct][b059][b060][np64]") {
  auto all = client().direct();
  REQUIRE(all.map(farm::kernel<&square>, numbers(101)).get() == squares(numbers(101)));
  REQUIRE(client()[-1].map(farm::kernel<&square>, numbers(101)).get() == squares(numbers(101)));
  REQUIRE(all.map(farm::kernel<&square>, numbers(100)).size() == 100);
}

TEST_CASE("A direct map gives each engine one contiguous block", "[direct][b044]") {
  auto back = client()[farm::every(-1)];
  const auto engines = back.map(farm::kernel<&engine_of>, numbers(101)).get();
  const auto targets = back.targets();
  std::size_t at = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t k = 0; k < farm::part_size(101, targets.size(), i); ++k) {
      REQUIRE(engines[at++] == targets[i].rank());
    }
  }
}

TEST_CASE("A direct map yields what is before a failure, then throws", "[direct][b070]") {
  auto result = client().direct().map(farm::kernel<&one_argument>, numbers(20));
  int next = 0;
  try {
    for (const int value : result) REQUIRE(value == next++);
    FAIL("nothing was thrown");
  } catch (const farm::RemoteError& error) {
    REQUIRE(next == 7);
    REQUIRE(error.type() == "std::domain_error");
  }
}

TEST_CASE("Load-balanced work goes on beside a direct call that waits", "[direct]") {
  auto all = client().direct();
  auto tasks = client().load_balanced();
  auto before = tasks.map(farm::kernel<&square>, numbers(1000));
  for (int round = 0; round < 5; ++round) {
    client()[-1].apply(farm::kernel<&nap>);
    all.push(number, round);
    auto mapped = tasks.map(farm::kernel<&square>, numbers(1000));
    auto read = all.pull(number);
    REQUIRE(read.get() == std::vector<int>(client().size(), round));
    REQUIRE(mapped.get() == squares(numbers(1000)));
  }
  REQUIRE(before.get() == squares(numbers(1000)));
}

TEST_CASE("More sets of engines than are kept all work", "[direct]") {
  const auto ids = client().ids();
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 40; ++i) {
      std::vector<farm::EngineId> some{ids[i % ids.size()]};
      for (std::size_t k = 0; k < ids.size(); ++k) {
        if (ids[k] != some.front() && (i >> (k % 6) & 1) != 0) some.push_back(ids[k]);
      }
      auto view = client().direct(some);
      const int value = static_cast<int>(i);
      view.push(number, value);
      REQUIRE(view.pull(number).get() == std::vector<int>(some.size(), value));
    }
  }
}
