#include <catch2/catch.hpp>
#include <numeric>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace passing_kernels {

std::vector<double> ramp(int n) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0);
  return values;
}
double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}
double scaled(const std::vector<double>& values, double factor, const std::string& sign) {
  return sum(values) * factor * (sign == "minus" ? -1 : 1);
}
std::string sign(bool negative) { return negative ? "minus" : "plus"; }
double grow(farm::Engine& here, std::vector<double>& values) {
  values.push_back(1);
  return here.id().rank();
}
int square(int x) { return x * x; }
int fail_odd(int x) {
  if (x % 2 != 0) throw std::runtime_error("odd");
  return x;
}
std::size_t stored(farm::Engine& here) { return here.store().names().size(); }

}  // namespace passing_kernels

namespace k = passing_kernels;

TEST_CASE("Results are arguments of other tasks", "[dependencies][results]") {
  auto tasks = client().load_balanced();
  auto mesh = tasks.apply(farm::kernel<&k::ramp>, 1000);
  auto sign = tasks.apply(farm::kernel<&k::sign>, true);
  auto sum = tasks.apply(farm::kernel<&k::sum>, mesh);
  auto twice = sum.then([](double x) { return 2 * x; });
  REQUIRE(tasks.apply(farm::kernel<&k::scaled>, mesh, 0.5, sign).get() == -249750);
  REQUIRE(tasks.apply(farm::kernel<&k::scaled>, mesh, twice, "plus").get() == 499500.0 * 999000);
  auto direct = client()[-1].apply(farm::kernel<&k::ramp>, 3);
  REQUIRE(tasks.apply(farm::kernel<&k::sum>, direct).get() == 3);
}

TEST_CASE("Handles of arguments may go at once", "[dependencies][results]") {
  auto tasks = client().load_balanced();
  const farm_test::Gate gate;
  auto held = tasks.apply(farm::kernel<&farm_test::hold>, gate.path(), 4);
  auto last = tasks.apply(farm::kernel<&k::square>, held);
  held = {};
  for (int i = 0; i < 2; ++i) last = tasks.apply(farm::kernel<&k::square>, last);
  gate.open();
  REQUIRE(last.get() == 65536);
}

TEST_CASE("A map over results waits for each of them alone", "[dependencies][results]") {
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<int>> inputs;
  for (int i = 0; i < 50; ++i) inputs.push_back(tasks.apply(farm::kernel<&k::fail_odd>, i));
  auto squares = tasks.map(farm::kernel<&k::square>, inputs);
  REQUIRE(squares.size() == 50);
  const auto outcomes = squares.outcomes();
  for (int i = 0; i < 50; ++i) {
    const auto& outcome = outcomes[static_cast<std::size_t>(i)];
    if (i % 2 == 0) {
      REQUIRE(outcome.value() == i * i);
    } else {
      REQUIRE_THROWS_AS(outcome.value(), farm::ImpossibleDependency);
    }
  }
}

TEST_CASE("A value that is kept stays on its engine, and tasks go there",
          "[dependencies][results]") {
  const auto before = client().direct().apply(farm::kernel<&k::stored>).get();
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<farm::Kept<std::vector<double>>>> kept;
  for (int i = 0; i < 10; ++i) kept.push_back(tasks.apply_kept(farm::kernel<&k::ramp>, 100));
  for (const auto& one : kept) {
    auto grown = tasks.apply(farm::kernel<&k::grow>, one);
    auto sum = tasks.with({.after = grown}).apply(farm::kernel<&k::sum>, one);
    REQUIRE(sum.get() == 4951);
    REQUIRE(grown.get() == one.get().engine().rank());
    REQUIRE(sum.info().engine == one.get().engine());
  }
  for (const auto& one : kept) client().release(one);
  REQUIRE(client().direct().apply(farm::kernel<&k::stored>).get() == before);
}
