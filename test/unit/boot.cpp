#include "boot.hpp"
#include "process/report.hpp"
#include "start_watch.hpp"
#include "threaded_farm.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "farm/detail/stream.hpp"
#include "loopback_farm.hpp"

using farm::Boot;

namespace unit {

inline double area(double side) { return side * side; }
inline double area(double width, double height) { return width * height; }
template <class T>
T twice(T value) {
  return value + value;
}
struct Halve {
  double operator()(double value) const { return value / 2; }
};

}  // namespace unit

namespace {

Boot boot_of(int rank) {
  Boot boot;
  boot.info = {rank, "node" + std::to_string(rank), 4, 100 + rank};
  boot.clock = "clock";
  boot.fingerprint = 0x123456789abcdef0;
  boot.kernels = 12;
  return boot;
}

template <class F>
std::string name_of(const F& f) {
  using Made = farm::detail::Made<F, const double&>;
  const auto submission = Made::prepare(f, farm::detail::Route());
  return farm::detail::readable_name(*submission.kernel);
}

}  // namespace

TEST_CASE("what a rank says at the start comes through", "[unit][boot]") {
  Boot boot = boot_of(3);
  boot.error = "something is wrong";
  boot.info.labels = {{"gpu", 2}, {"fast", 1}};
  const std::string text = encode(boot);
  const Boot read = farm::decode_boot(text);
  CHECK(read.info.id == 3);
  CHECK(read.info.host == "node3");
  CHECK(read.info.cores == 4);
  CHECK(read.info.pid == 103);
  CHECK(read.info.labels == boot.info.labels);
  CHECK(read.clock == "clock");
  CHECK(read.fingerprint == boot.fingerprint);
  CHECK(read.kernels == 12);
  CHECK(read.error == boot.error);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_THROWS_AS(farm::decode_boot(text.substr(0, size)), farm::PayloadError);
  }
}

TEST_CASE("where a script waits is read once and taken from the environment", "[unit][boot]") {
  using farm::process::LauncherReport;
  setenv("FARM_FIFO", "pipe", 1);
  setenv("FARM_STATUS_FILE", "status", 1);
  const LauncherReport::Place place = LauncherReport::Place::take();
  CHECK(place.fifo == "pipe");
  CHECK(place.file == "status");
  CHECK(std::getenv("FARM_FIFO") == nullptr);
  CHECK(std::getenv("FARM_STATUS_FILE") == nullptr);
  CHECK(LauncherReport::Place::take().fifo.empty());
  CHECK_FALSE(LauncherReport(LauncherReport::Place::take()).awaited());
}

TEST_CASE("a job that does not start says so once", "[unit][boot]") {
  std::atomic<int> said{0};
  const auto say = [&](const std::string& line) {
    said += line.find("has not started") == std::string::npos ? 100 : 1;
  };
  { const farm::StartWatch quick(say, std::int64_t{60'000'000'000}); }
  CHECK(said == 0);
  {
    const farm::StartWatch slow(say, 1'000'000);
    CHECK(unit::eventually([&] { return said == 1; }));
  }
  CHECK(said == 1);
}

TEST_CASE("ranks of one program fit together", "[unit][boot]") {
  CHECK(farm::check({boot_of(0)}).empty());
  CHECK(farm::check({boot_of(0), boot_of(1), boot_of(2)}).empty());
}

TEST_CASE("a rank of another program is named", "[unit][boot]") {
  std::vector<Boot> boots{boot_of(0), boot_of(1), boot_of(2)};
  boots[2].fingerprint = 1;
  boots[2].kernels = 11;
  CHECK(
      farm::check(boots) ==
      "rank 2 on node2 runs another program than rank 0, or another build of it: its kernels (11) "
      "are not those of rank 0 (12). Start all ranks from the same executable");
}

TEST_CASE("a rank that cannot work says why", "[unit][boot]") {
  std::vector<Boot> boots{boot_of(0), boot_of(1)};
  boots[1].error = "two kernels have the same name";
  CHECK(farm::check(boots) == "two kernels have the same name (rank 1 on node1)");
}

TEST_CASE("kernels have the names that people gave them", "[unit][boot]") {
  CHECK(name_of(farm::kernel<&unit::square>) == "unit::square");
  CHECK(name_of(farm::kernel<static_cast<double (*)(double)>(&unit::area)>) == "unit::area");
  CHECK(name_of(unit::Halve()) == "unit::Halve");
  CHECK_THAT(name_of(farm::kernel<&unit::twice<double>>), Catch::Contains("unit::twice<double>"));
  // The compilers name lambdas each in their own way.
  CHECK_THAT(name_of([](double value) { return value; }),
             Catch::Contains("lambda") || Catch::Contains("$_"));
}

TEST_CASE("kernels are numbered by their names, each once", "[unit][boot]") {
  const farm::engine::Registry& registry = unit::registry();
  REQUIRE(registry.size() > 5);
  for (std::uint32_t i = 0; i < registry.size(); ++i) {
    CHECK(registry[i].index() == i);
    if (i > 0) CHECK(std::string(registry[i - 1].identity()) < registry[i].identity());
  }
  CHECK_THROWS_AS(registry[static_cast<std::uint32_t>(registry.size())], std::out_of_range);
  CHECK(registry.fingerprint() == farm::engine::Registry().fingerprint());
}
