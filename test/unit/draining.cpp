#include "draining.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "threaded_farm.hpp"

using unit::eventually;
using unit::Gate;
using unit::ThreadedFarm;

namespace {

// The file that says that something is left, as long as this lives.
class Marker {
 public:
  Marker()
      : path_((std::filesystem::temp_directory_path() /
               ("farm_unit_" + std::to_string(std::random_device()()) + ".left"))
                  .string()) {
    std::ofstream(path_) << "of an earlier job\n";
  }
  ~Marker() { std::filesystem::remove(path_); }
  Marker(const Marker&) = delete;
  Marker& operator=(const Marker&) = delete;

  const std::string& path() const { return path_; }
  std::string text() const {
    std::ifstream file(path_);
    std::string line;
    std::getline(file, line);
    return line;
  }

 private:
  std::string path_;
};

void never(bool, int) { std::abort(); }

void naps(double seconds) { farm::time::sleep_ns(static_cast<std::int64_t>(seconds * 1e9)); }

farm::TimeLimit long_patience() {
  farm::TimeLimit limit;
  limit.patience_ns = 60'000'000'000;
  return limit;
}

}  // namespace

TEST_CASE("what is held stays in the hub until it is let go", "[unit][draining]") {
  ThreadedFarm farm(2);
  const Gate gate;
  const auto view = farm.client.load_balanced().with({.chunk = 1, .hwm = 1});
  auto all = view.map(farm::kernel<&Gate::pass>, unit::counted(10));
  REQUIRE(eventually([] { return Gate::waiting == 2; }));
  farm.monitor.hold();
  Gate::open = true;
  REQUIRE(eventually([&] { return all.progress() == 2; }));
  CHECK_FALSE(all.wait(farm::Seconds{0.05}));
  auto later = view.apply(farm::kernel<&unit::square>, 3);
  CHECK_FALSE(later.wait(farm::Seconds{0.05}));
  // Direct calls go on.
  CHECK(farm.client[1].apply(farm::kernel<&unit::square>, 4).get() == 16);
  farm.monitor.let_go();
  CHECK(all.wait(farm::Seconds{10}));
  CHECK_THROWS_AS(later.get(), farm::TaskAborted);
  CHECK(view.apply(farm::kernel<&unit::square>, 5).get() == 25);
}

TEST_CASE("a signal stops the token of a driver that heeds it, early or late", "[unit][draining]") {
  ThreadedFarm farm(1);
  farm::detail::Drain drain;
  const std::stop_token early = drain.heed();
  const Marker marker;
  farm::Draining draining(farm.monitor, drain, {}, nullptr, marker.path(), never);
  CHECK_FALSE(draining.begun());
  draining.begin("SIGUSR1");
  draining.begin("SIGUSR1");
  REQUIRE(eventually([&] { return early.stop_requested() && draining.begun(); }));
  CHECK(drain.heed().stop_requested());
  // It may still use the farm.
  CHECK(farm.client.load_balanced().apply(farm::kernel<&unit::square>, 5).get() == 25);
  CHECK(draining.retire(0) == 0);
  CHECK(marker.text().empty());
}

TEST_CASE("at the time limit what waits is cancelled for a driver that heeds it",
          "[unit][draining]") {
  const Marker marker;
  ThreadedFarm farm(1);
  const Gate gate;
  farm::detail::Drain drain;
  const std::stop_token enough = drain.heed();
  const auto view = farm.client.load_balanced().with({.chunk = 1, .hwm = 1});
  auto all = view.map(farm::kernel<&Gate::pass>, unit::counted(10));
  REQUIRE(eventually([] { return Gate::waiting == 1; }));
  farm::TimeLimit limit;
  limit.drain_at = farm::time::Clock::now();
  farm::Draining draining(farm.monitor, drain, limit, nullptr, marker.path(), never);
  REQUIRE(eventually([&] { return enough.stop_requested() && all.progress() == 9; }));
  Gate::open = true;
  CHECK(all.wait(farm::Seconds{10}));
  CHECK(view.apply(farm::kernel<&unit::square>, 5).get() == 25);
  CHECK(draining.returned());
  CHECK(draining.retire(0) == 0);
  CHECK(marker.text() == "2 of 11 tasks done, status 0, after time limit");
}

TEST_CASE("nobody waits for the time limit where nothing would end before it", "[unit][draining]") {
  const Marker marker;
  ThreadedFarm farm(1);
  farm::detail::Drain drain;
  const std::stop_token enough = drain.heed();
  const auto view = farm.client.load_balanced().with({.chunk = 1}).cost([](double x) { return x; });
  view.map(farm::kernel<&naps>, std::vector<double>(5, 0.002)).get();
  farm::TimeLimit limit;
  limit.drain_at = farm::time::Clock::now() + 60'000'000'000;
  farm::Draining draining(farm.monitor, drain, limit, nullptr, marker.path(), never);
  auto all = view.map(farm::kernel<&naps>, std::vector<double>{0.002, 3600, 0.002, 3600});
  // A driver that has something else to do may submit more.
  CHECK_FALSE(all.wait(farm::Seconds{1}));
  CHECK_FALSE(enough.stop_requested());
  CHECK(all.progress() == 2);
  all.wait();
  CHECK(enough.stop_requested());
  CHECK(draining.returned());
  CHECK(draining.retire(0) == 0);
  CHECK(marker.text() == "7 of 9 tasks done, status 0, after time limit");
}

TEST_CASE("nobody is said to wait in vain who may be about to go on", "[unit][draining]") {
  ThreadedFarm farm(1);
  const auto view = farm.client.load_balanced().with({.chunk = 1}).cost([](double x) { return x; });
  view.map(farm::kernel<&naps>, std::vector<double>(5, 0.002)).get();
  farm.monitor.finish_by(farm::time::Clock::now() + 60'000'000'000);
  auto late = view.map(farm::kernel<&naps>, std::vector<double>{3600});
  std::thread driver([&] { late.wait(); });
  constexpr std::int64_t patience_ns = 1'000'000'000;
  const auto looks_until_vain = [&] {
    int looks = 1;
    while (!farm.monitor.waits_in_vain(patience_ns) && looks < 1000) {
      farm::time::sleep_ns(2'000'000);
      ++looks;
    }
    return looks;
  };
  CHECK(looks_until_vain() >= 2);
  CHECK(farm.monitor.waits_in_vain(patience_ns));
  // Who submits has something to do, be it over by the next look.
  view.map(farm::kernel<&naps>, std::vector<double>{0.002}).get();
  CHECK_FALSE(farm.monitor.waits_in_vain(patience_ns));
  CHECK(looks_until_vain() < 1000);
  late.cancel();
  driver.join();
}

TEST_CASE("a driver that comes to its end during a drain ends as ever", "[unit][draining]") {
  const Marker marker;
  ThreadedFarm farm(1);
  const Gate gate;
  farm::detail::Drain drain;
  auto last = farm.client.load_balanced().apply(farm::kernel<&Gate::pass>, 1);
  REQUIRE(eventually([] { return Gate::waiting == 1; }));
  farm::Draining draining(farm.monitor, drain, long_patience(), nullptr, marker.path(), never);
  draining.begin("SIGUSR2");
  REQUIRE(eventually([&] { return draining.begun(); }));
  Gate::open = true;
  last.get();
  CHECK_FALSE(draining.returned());
  CHECK(draining.retire(3) == 3);
  CHECK(marker.text().empty());
}

TEST_CASE("a driver that begins to heed late is let go", "[unit][draining]") {
  ThreadedFarm farm(1);
  const Gate gate;
  farm::detail::Drain drain;
  const auto view = farm.client.load_balanced().with({.chunk = 1, .hwm = 1});
  auto all = view.map(farm::kernel<&Gate::pass>, unit::counted(5));
  REQUIRE(eventually([] { return Gate::waiting == 1; }));
  farm::Draining draining(farm.monitor, drain, long_patience(), nullptr, "", never);
  draining.begin("SIGUSR1");
  REQUIRE(eventually([&] { return draining.begun(); }));
  CHECK(drain.heed().stop_requested());
  Gate::open = true;
  CHECK(all.wait(farm::Seconds{10}));
  all.get();
  CHECK(draining.retire(0) == 0);
}

TEST_CASE("a signal after a driver that heeds holds what it has left", "[unit][draining]") {
  ThreadedFarm farm(1);
  const Gate gate;
  farm::detail::Drain drain;
  drain.heed();
  const auto view = farm.client.load_balanced().with({.chunk = 1, .hwm = 1});
  auto all = view.map(farm::kernel<&Gate::pass>, unit::counted(5));
  REQUIRE(eventually([] { return Gate::waiting == 1; }));
  {
    farm::Draining draining(farm.monitor, drain, long_patience(), nullptr, "", never);
    CHECK_FALSE(draining.returned());
    draining.begin("SIGUSR1");
    REQUIRE(eventually([&] { return draining.begun(); }));
    CHECK_FALSE(all.wait(farm::Seconds{0.1}));
    CHECK(draining.retire(0) == 0);
  }
  farm.monitor.reopen();
  Gate::open = true;
  CHECK(all.wait(farm::Seconds{10}));
}

TEST_CASE("what is left and cannot be said is a failure", "[unit][draining]") {
  ThreadedFarm farm(1);
  const Gate gate;
  farm::detail::Drain drain;
  drain.heed();
  auto all = farm.client.load_balanced()
                 .with({.chunk = 1, .hwm = 1})
                 .map(farm::kernel<&Gate::pass>, unit::counted(3));
  REQUIRE(eventually([] { return Gate::waiting == 1; }));
  farm::Draining draining(farm.monitor, drain, {}, nullptr, "/nowhere/left", never);
  draining.begin("SIGUSR1");
  REQUIRE(eventually([&] { return draining.begun(); }));
  CHECK(draining.returned());
  // The counts that it begins with may still be on their way.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  farm.monitor.let_go();
  Gate::open = true;
  CHECK(all.wait(farm::Seconds{10}));
  CHECK(draining.retire(0) == 1);
}
