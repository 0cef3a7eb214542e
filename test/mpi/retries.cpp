#include <catch2/catch.hpp>
#include <fstream>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace retry_kernels {

int fails_until(farm::Engine& here, int good_attempt) {
  if (here.attempt() < good_attempt) throw std::runtime_error("not yet");
  return here.attempt();
}
int slow_until(farm::Engine& here, int good_attempt) {
  here.sleep_for(farm::Seconds{0.1});
  return fails_until(here, good_attempt);
}
int odd_fails_once(farm::Engine& here, int x) {
  if (x % 2 != 0 && here.attempt() == 1) throw std::runtime_error("odd");
  return x;
}
std::vector<int> words_fail_once(farm::Engine& here, int x) {
  if (x % 3 == 0 && here.attempt() == 1) throw std::runtime_error("a third");
  return std::vector<int>(static_cast<std::size_t>(x % 5), x);
}
// Leaves a line for each attempt.
int fails_always(farm::Engine& here, const std::string& log) {
  std::ofstream(log, std::ios::app) << here.id() << '\n';
  throw std::runtime_error("always");
}
int fails_on(farm::Engine& here, int bad_engine) {
  if (here.id().rank() == bad_engine) throw std::runtime_error("a bad engine");
  return here.id().rank();
}

}  // namespace retry_kernels

using namespace retry_kernels;

namespace {

// A file for kernels to write to, which goes with the test.
class Log {
 public:
  Log() : path_(gate_.path() + ".log") {}
  ~Log() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }
  std::vector<int> lines() const {
    std::vector<int> lines;
    std::ifstream file(path_);
    for (int line = 0; file >> line;) lines.push_back(line);
    return lines;
  }

 private:
  farm_test::Gate gate_;
  std::string path_;
};

}  // namespace

TEST_CASE("A task that fails three times with five retries succeeds", "[retries][b101]") {
  auto result = client().load_balanced().with({.retries = 5}).apply(farm::kernel<&fails_until>, 4);
  REQUIRE(result.get() == 4);
  REQUIRE(result.successful());
  REQUIRE(result.info().attempt == 4);
}

TEST_CASE("With r retries a task that always fails runs r + 1 times", "[retries][b102][b103]") {
  for (const int retries : {0, 1, 2 * static_cast<int>(client().size())}) {
    const Log log;
    auto result = client()
                      .load_balanced()
                      .with({.retries = retries})
                      .apply(farm::kernel<&fails_always>, log.path());
    REQUIRE_THROWS_WITH(result.get(), Catch::Contains("always"));
    REQUIRE(log.lines().size() == static_cast<std::size_t>(retries) + 1);
    REQUIRE(result.info().attempt == retries + 1);
  }
}

TEST_CASE("A retry goes to another engine where there is one", "[retries][b103]") {
  if (client().size() < 2) return;
  const int bad = client().ids().back().rank();
  auto tasks = client().load_balanced().with({.chunk = 1, .retries = 1});
  for (const int engine : tasks.map(farm::kernel<&fails_on>, std::vector<int>(40, bad))) {
    REQUIRE(engine != bad);
  }
}

TEST_CASE("Only the items that failed are tried again", "[retries]") {
  auto tasks = client().load_balanced().with({.retries = 1});
  for (const std::int64_t chunk : {1, 7, 100}) {
    auto view = tasks.with({.chunk = chunk});
    auto fixed = view.map(farm::kernel<&odd_fails_once>, numbers(101));
    auto words = view.map(farm::kernel<&words_fail_once>, numbers(101));
    REQUIRE(fixed.get() == numbers(101));
    const auto all = words.get();
    for (int i = 0; i < 101; ++i) {
      REQUIRE(all[static_cast<std::size_t>(i)] ==
              std::vector<int>(static_cast<std::size_t>(i % 5), i));
      REQUIRE(fixed.info(static_cast<std::size_t>(i)).attempt == (i % 2 == 0 ? 1 : 2));
    }
  }
  REQUIRE(client().outstanding() == 0);
}

TEST_CASE("A back-off lies between the attempts", "[retries]") {
  auto result = client()
                    .load_balanced()
                    .with({.retries = 2, .backoff = farm::Seconds{0.05}})
                    .apply(farm::kernel<&fails_until>, 3);
  REQUIRE(result.get() == 3);
  REQUIRE(result.wall_time() >= farm::Seconds{0.15});
}

TEST_CASE("A timeout is for the queue, and leaves what has started its retries",
          "[retries][limits]") {
  auto tasks = client().load_balanced().with({.retries = 2, .timeout = farm::Seconds{0.05}});
  REQUIRE(tasks.apply(farm::kernel<&slow_until>, 2).get() == 2);
  for (const int attempt : tasks.map(farm::kernel<&slow_until>, std::vector<int>(1, 3))) {
    REQUIRE(attempt == 3);
  }
}
