// Kernels in sandboxes: what they may do to themselves, and what their tasks say of it.

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <stop_token>
#include <thread>

#include "farm/nested.hpp"
#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm::Seconds;
using farm_test::client;
using farm_test::numbers;

namespace isolation_kernels {

// Libraries may have handlers of their own.
void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

int misbehave(int x) {
  switch (x % 10) {
    case 1:
      die_by(SIGSEGV);
      break;
    case 2:
      std::abort();
    case 3:
      std::exit(3);
    case 4:
      die_by(SIGKILL);
      break;
    case 5:
      throw std::runtime_error("thrown by " + std::to_string(x));
    default:
      break;
  }
  return 2 * x;
}
int hang(int x) {
  while (x == 1) ::pause();
  return x;
}
int hang_slowly(farm::Engine& here, int x) {
  if (x == 1) here.sleep_for(Seconds{3600});
  return x;
}
int hog(int) {
  const rlimit limit{std::size_t{1} << 30, std::size_t{1} << 30};
  setrlimit(RLIMIT_AS, &limit);
  return static_cast<int>(std::vector<char>(std::size_t{1} << 31, 'x')[7]);
}
std::string echo(const std::string& text) { return text; }
std::string stretch(std::size_t size) { return std::string(size, 's'); }
std::size_t measure(const std::string& text) { return text.size(); }
int pid(int) { return getpid(); }
int pid_of_engine(farm::Engine&) { return getpid(); }
int parent_of_sandbox(int) { return getppid(); }
std::string identity(farm::Engine& here, int) {
  return std::to_string(here.id().rank()) + " " + std::to_string(here.size()) + " " + here.host() +
         " " + std::to_string(number(here.task())) + " " + std::to_string(here.attempt());
}
std::uint64_t draw(farm::Engine& here) { return here.random()(); }
int count(farm::Engine& here, int) {
  constexpr farm::Name<int> counted{"counted"};
  if (!here.contains(counted)) here.put(counted, 0);
  return ++here[counted];
}
int put_in_engine(farm::Engine& here) {
  here.put(farm::Name<int>{"engines_own"}, 5);
  return 0;
}
bool sees_engine(farm::Engine& here, int) { return here.contains(farm::Name<int>{"engines_own"}); }
int ask_communicator(farm::Engine& here, int) {
  here.communicator();
  return 0;
}
int same(int x) { return x; }
int ask_farm(farm::Engine& here, int x) { return here.submit(farm::kernel<&same>, x).get(); }
int add_all(const std::vector<int>& common, int x) {
  if (x == -1) die_by(SIGSEGV);
  return std::accumulate(common.begin(), common.end(), x);
}
int print(int x) {
  std::printf("a kernel in a sandbox says %d\n", x);
  return x;
}
int crash_at_first(farm::Engine& here, int x) {
  if (here.attempt() == 1) die_by(SIGSEGV);
  return x + here.attempt();
}
int wait_at(farm::Engine& here, const std::string& path, int x) {
  std::ofstream(path + std::to_string(x)).flush();
  while (!here.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  here.check_stop();
  return x;
}
int wait_for_token(farm::Engine& here, int x) {
  std::atomic<bool> called{false};
  const std::stop_callback callback(here.stop_token(), [&called] { called = true; });
  while (!called) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return x;
}
constexpr farm::Name<int> prepared{"prepared"};
void initialize(farm::Engine& here, int x) { here.put(prepared, x); }
int use_prepared(farm::Engine& here, int x) {
  if (x == 1) die_by(SIGSEGV);
  return here[prepared] + x;
}
std::vector<int> make(farm::Engine&, int n) {
  return std::vector<int>(static_cast<std::size_t>(n), 1);
}
std::size_t size_of(const std::vector<int>& values) { return values.size(); }

}  // namespace isolation_kernels

using namespace isolation_kernels;

namespace {

farm::LoadBalancedView isolated() {
  return client().load_balanced().with({.isolate = farm::Isolation::sandbox});
}

template <class Error, class T>
std::string error_of(const farm::Outcome<T>& outcome) {
  try {
    outcome.value();
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another error: ") + error.what();
  }
  return "no error";
}
template <class Error, class T>
std::string error_of(const farm::AsyncResult<T>& result) {
  return error_of<Error>(result.outcome());
}

// Waits for what a kernel writes when it has begun.
void await_begun(const std::string& path) {
  for (int i = 0; i < 10'000 && !std::filesystem::exists(path); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  REQUIRE(std::filesystem::exists(path));
  std::filesystem::remove(path);
}

std::string scratch() {
  return (std::filesystem::temp_directory_path() / ("farm_isolation_" + std::to_string(getpid())))
      .string();
}

}  // namespace

TEST_CASE("Whatever a kernel does to its sandbox is the error of its task alone", "[isolation]") {
  const farm::Chunk chunk = GENERATE(farm::Chunk(farm::automatic), farm::Chunk(1), farm::Chunk(50));
  const int n = 200;
  const auto outcomes =
      isolated().with({.chunk = chunk}).map(farm::kernel<&misbehave>, numbers(n)).outcomes();
  REQUIRE(outcomes.size() == n);
  const char* const signals[] = {"SIGSEGV (segmentation fault)", "SIGABRT (aborted)", "exit(3)",
                                 "SIGKILL"};
  for (int i = 0; i < n; ++i) {
    CAPTURE(i, chunk.name());
    const auto& outcome = outcomes[static_cast<std::size_t>(i)];
    const int way = i % 10;
    if (way >= 1 && way <= 4) {
      CHECK_THAT(error_of<farm::TaskCrashed>(outcome), Catch::Contains(signals[way - 1]));
    } else if (way == 5) {
      CHECK_THAT(error_of<farm::RemoteError>(outcome),
                 Catch::Contains("thrown by " + std::to_string(i)));
    } else {
      CHECK(outcome.value() == 2 * i);
    }
  }
}

TEST_CASE("An isolated kernel runs in another process than its engine", "[isolation]") {
  std::set<int> engines;
  for (const int id : client().direct().apply(farm::kernel<&pid_of_engine>).get())
    engines.insert(id);
  for (const int id : isolated().map(farm::kernel<&pid>, numbers(50)).get()) {
    CHECK_FALSE(engines.contains(id));
  }
  for (const int id : client()
                          .load_balanced()
                          .with({.isolate = farm::Isolation::none})
                          .map(farm::kernel<&pid>, numbers(20))
                          .get()) {
    CHECK(engines.contains(id));
  }
  for (const int id : isolated().map(farm::kernel<&parent_of_sandbox>, numbers(20)).get()) {
    CHECK_FALSE(engines.contains(id));
  }
}

TEST_CASE("A kernel that hangs in a sandbox ends with TaskTimeout", "[isolation]") {
  const auto start = std::chrono::steady_clock::now();
  const auto outcomes =
      isolated().with({.run_limit = Seconds{0.2}}).map(farm::kernel<&hang>, numbers(4)).outcomes();
  CHECK_THAT(error_of<farm::TaskTimeout>(outcomes[1]),
             Catch::Contains("limit of 0.2 s") && Catch::Contains("killed with its sandbox"));
  for (const int i : {0, 2, 3}) CHECK(outcomes[static_cast<std::size_t>(i)].value() == i);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("A kernel that heeds its limit keeps its sandbox", "[isolation]") {
  auto tasks = isolated().with({.run_limit = Seconds{0.1}});
  const auto outcomes = tasks.map(farm::kernel<&hang_slowly>, numbers(4)).outcomes();
  CHECK_THAT(error_of<farm::TaskTimeout>(outcomes[1]),
             Catch::Contains("was asked to stop") && !Catch::Contains("killed"));
  CHECK(outcomes[2].value() == 2);
  CHECK(tasks.apply(farm::kernel<&wait_for_token>, 7).get() == 7);
}

TEST_CASE("A kernel in a sandbox hears that it shall stop", "[isolation]") {
  const std::string path = scratch();
  auto running = isolated().apply(farm::bind(farm::kernel<&wait_at>, path), 1);
  await_begun(path + "1");
  CHECK(running.stop() == 1);
  CHECK_THROWS_AS(running.get(), farm::Interrupted);
}

TEST_CASE("No memory in a sandbox is an error like any other", "[isolation]") {
  CHECK_THAT(error_of<farm::RemoteError>(isolated().apply(farm::kernel<&hog>, 0)),
             Catch::Contains("std::bad_alloc"));
}

TEST_CASE("Arguments and results of any size go to a sandbox and back", "[isolation]") {
  for (const std::size_t size : {0UL, 1UL, 64UL << 10, 8UL << 20}) {
    const std::string text(size, 'p');
    CAPTURE(size);
    CHECK((isolated().apply(farm::kernel<&echo>, text).get() == text));
    CHECK((isolated().apply(farm::kernel<&stretch>, size).get() == std::string(size, 's')));
    CHECK(isolated().apply(farm::kernel<&measure>, text).get() == size);
  }
  const std::vector<std::string> many(20, std::string(300'000, 'm'));
  CHECK((isolated().map(farm::kernel<&echo>, many).get() == many));
}

TEST_CASE("A kernel in a sandbox knows who it is, and draws the same numbers", "[isolation]") {
  auto results = isolated().map(farm::kernel<&identity>, numbers(10));
  const auto outcomes = results.outcomes();
  for (const auto& outcome : outcomes) {
    const farm::TaskInfo& info = outcome.info();
    CHECK(outcome.value() == std::to_string(info.engine.rank()) + " " +
                                 std::to_string(client().size()) + " " + info.host + " " +
                                 std::to_string(number(info.id)) + " 1");
  }
}

TEST_CASE("The namespace of a sandbox is its own", "[isolation]") {
  client().direct().apply(farm::kernel<&put_in_engine>).get();
  for (const bool sees : isolated().map(farm::kernel<&sees_engine>, numbers(20)).get()) {
    CHECK_FALSE(sees);
  }
  int most = 0;
  for (const int counted : isolated().map(farm::kernel<&count>, numbers(100)).get()) {
    most = std::max(most, counted);
  }
  CHECK(most >= 100 / static_cast<int>(client().size()));
}

TEST_CASE("What a sandbox cannot do it says", "[isolation]") {
  CHECK_THAT(error_of<farm::RemoteError>(isolated().apply(farm::kernel<&ask_communicator>, 0)),
             Catch::Contains("nor has a kernel in a sandbox"));
  CHECK_THAT(error_of<farm::RemoteError>(isolated().apply(farm::kernel<&ask_farm>, 0)),
             Catch::Contains("a kernel in a sandbox (`isolate`) has none"));
}

TEST_CASE("Bound arguments reach every new sandbox, and engines beside them", "[isolation]") {
  const auto bound = farm::bind(farm::kernel<&add_all>, std::vector<int>(1000, 1));
  auto plain = client().load_balanced().with({.isolate = farm::Isolation::none});
  CHECK(plain.map(bound, numbers(100)).get().back() == 1099);
  for (int round = 0; round < 3; ++round) {
    CHECK(isolated().map(bound, numbers(100)).get().back() == 1099);
    CHECK_THROWS_AS(isolated().apply(bound, -1).get(), farm::TaskCrashed);
    CHECK(plain.apply(bound, 5).get() == 1005);
  }
}

TEST_CASE("Other bound arguments take the place of those that went", "[isolation]") {
  for (int round = 0; round < 300; ++round) {
    const auto bound = farm::bind(farm::kernel<&add_all>, std::vector<int>(1000, round));
    REQUIRE(isolated().apply(bound, 1).get() == 1000 * round + 1);
  }
}

TEST_CASE("A task that ended its sandbox is tried again", "[isolation]") {
  auto tasks = isolated().with({.retries = 2});
  const std::vector<int> values = tasks.map(farm::kernel<&crash_at_first>, numbers(30)).get();
  for (int i = 0; i < 30; ++i) CHECK(values[static_cast<std::size_t>(i)] == i + 2);
}

TEST_CASE("An initializer runs in every new sandbox", "[isolation]") {
  farm::Executor executor(client(), {}, farm::kernel<&initialize>, 100);
  executor.set_options({.isolate = farm::Isolation::sandbox});
  const auto outcomes = executor.map(farm::kernel<&use_prepared>, numbers(40)).outcomes();
  for (int i = 0; i < 40; ++i) {
    const auto& outcome = outcomes[static_cast<std::size_t>(i)];
    if (i == 1) {
      CHECK_THAT(error_of<farm::TaskCrashed>(outcome), Catch::Contains("SIGSEGV"));
    } else {
      CHECK(outcome.value() == 100 + i);
    }
  }
}

TEST_CASE("What is kept stays with the engine and not in a sandbox", "[isolation]") {
  auto tasks = isolated();
  auto kept = tasks.apply_kept(farm::kernel<&make>, 1000);
  CHECK(tasks.apply(farm::kernel<&size_of>, kept).get() == 1000);
  CHECK_THROWS_AS(tasks.apply(farm::kernel<&misbehave>, 1).get(), farm::TaskCrashed);
  CHECK(tasks.apply(farm::kernel<&size_of>, kept).get() == 1000);
}

TEST_CASE("A kernel in a sandbox prints as any other", "[isolation]") {
  CHECK(isolated().map(farm::kernel<&print>, numbers(3)).get() == numbers(3));
}

TEST_CASE("Crashes cost little", "[isolation]") {
  const auto start = std::chrono::steady_clock::now();
  std::vector<int> all(200, 1);
  for (const auto& outcome : isolated().map(farm::kernel<&misbehave>, all).outcomes()) {
    REQUIRE_FALSE(outcome.ok());
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
