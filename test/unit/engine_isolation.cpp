// Chunks that an engine runs in a sandbox.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "engine/sandbox_worker.hpp"
#include "engine_bed.hpp"
#include "process/fork_server.hpp"
#include "sandbox_bed.hpp"

using farm::detail::Fault;
using unit::EngineBed;
namespace wire = farm::wire;

namespace isolated_kernels {

void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}
int crash_odd(int x) {
  if (x % 2 != 0) die_by(SIGSEGV);
  return x;
}
std::string crash_odd_in_words(int x) { return std::to_string(crash_odd(x)); }
int hang_on_one(farm::Engine&, int x) {
  while (x == 1) ::pause();
  return x;
}
int heed_on_one(farm::Engine& here, int x) {
  while (x == 1) here.sleep_for(farm::Seconds{10});
  return x;
}
int sandbox_pid(int) { return getpid(); }
// Ends its sandbox when that has nothing to do any more.
int die_later(int x) {
  std::thread([] {
    ::usleep(20'000);
    die_by(SIGKILL);
  }).detach();
  return x;
}
// The id of a program that it starts and waits for; from a file, because it never returns.
int start_program(int) {
  const pid_t program = fork();
  if (program == 0) {
    execlp("sleep", "sleep", "1000", nullptr);
    _exit(1);
  }
  std::ofstream(unit::sandbox_note()) << program << std::endl;
  waitpid(program, nullptr, 0);
  return 0;
}

// Goes through once, and later waits until it is asked to stop.
int prepare_once(farm::Engine& here, int x) {
  const bool again = std::filesystem::exists(unit::sandbox_note());
  std::ofstream(unit::sandbox_note()) << (again ? "again" : "first") << std::endl;
  while (again) here.sleep_for(farm::Seconds{10});
  return x;
}
int prepare_once_or_fail(int x) {
  if (std::filesystem::exists(unit::sandbox_note())) throw std::runtime_error("not again");
  std::ofstream(unit::sandbox_note()) << x << std::endl;
  return x;
}

}  // namespace isolated_kernels

using namespace isolated_kernels;

namespace {

/// An engine with sandboxes.
class IsolatedBed {
 public:
  explicit IsolatedBed(bool listener = true, std::int64_t grace_ns = 10'000'000'000)
      : sandboxes_(started()), bed_(listener, grace_ns, [this, grace_ns](farm::engine::Server& to) {
          to.isolate(std::make_unique<farm::engine::Isolation>(
              *sandboxes_, farm::engine::Isolation::Identity{1, 1, 0}, 0, grace_ns));
        }) {}

  EngineBed* operator->() { return &bed_; }

 private:
  static std::unique_ptr<farm::process::ForkServer> started() {
    auto sandboxes = std::make_unique<farm::process::ForkServer>();
    sandboxes->child_runs([](farm::process::SandboxChild& child) {
      farm::engine::SandboxWorker(unit::registry(), "host", child).work();
    });
    unit::registry();
    sandboxes->fork_apart();
    return sandboxes;
  }

  std::unique_ptr<farm::process::ForkServer> sandboxes_;
  EngineBed bed_;
};

wire::Tasks isolated(std::int64_t limit_ms = 0) {
  wire::Tasks header;
  header.isolated = true;
  header.limit = limit_ms * 1'000'000;
  header.first = farm::TaskId{70};
  return header;
}

/// An engine that has been set up, and has then lost the sandbox in which it was.
class SetUpBed {
 public:
  template <class Kernel>
  explicit SetUpBed(Kernel setup) {
    wire::Tasks definition = in_setup();
    definition.defines_setup = true;
    bed_->tasks(1, setup, {0}, definition);
    CHECK(bed_->next().value<int>() == 0);
    bed_->tasks(2, farm::kernel<&crash_odd>, {1}, in_setup());
    CHECK(bed_->next().failure().fault == Fault::crashed);
  }

  EngineBed* operator->() { return bed_.operator->(); }
  static wire::Tasks in_setup() {
    wire::Tasks header = isolated();
    header.setup = 5;
    return header;
  }

 private:
  struct Note {
    Note() { std::filesystem::remove(unit::sandbox_note()); }
    ~Note() { std::filesystem::remove(unit::sandbox_note()); }
    Note(const Note&) = delete;
    Note& operator=(const Note&) = delete;
  };

  Note note_;  // first: its name is to be known before anything is forked
  IsolatedBed bed_;
};

}  // namespace

TEST_CASE("what came before a crash in a chunk counts, and what comes after it runs",
          "[unit][engine][isolation]") {
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&crash_odd>, {0, 2, 3, 4, 5, 7, 8, 9}, isolated());
  bed->tasks(2, farm::kernel<&crash_odd_in_words>, {1, 2, 4, 5}, isolated());
  EngineBed::Answer answer = bed->next();
  for (const std::uint64_t i : {0, 1, 3, 6}) CHECK_FALSE(answer.items().failed(i));
  CHECK(answer.value<int>(6) == 8);
  for (const std::uint64_t i : {2, 4, 5, 7}) {
    CHECK(answer.failure(i).fault == Fault::crashed);
    CHECK(answer.failure(i).type == "farm::TaskCrashed");
    CHECK(answer.failure(i).message == "SIGSEGV (segmentation fault)");
  }
  answer = bed->next();
  CHECK(answer.value<std::string>(1) == "2");
  CHECK(answer.value<std::string>(2) == "4");
  CHECK(answer.items().failed(0));
  CHECK(answer.items().failed(3));
}

TEST_CASE("a listed chunk in a sandbox has the ids of its list", "[unit][engine][isolation]") {
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&unit::task_id>, {0, 0, 0}, isolated(), {5, 0, 30});
  const EngineBed::Answer answer = bed->next();
  CHECK(answer.value<std::uint64_t>(0) == 75);
  CHECK(answer.value<std::uint64_t>(1) == 70);
  CHECK(answer.value<std::uint64_t>(2) == 100);
}

TEST_CASE("random numbers in a sandbox are those of the engine", "[unit][engine][isolation]") {
  IsolatedBed bed;
  wire::Tasks plain;
  plain.first = farm::TaskId{70};
  bed->tasks(1, farm::kernel<&unit::draw>, {0, 0}, isolated());
  bed->tasks(2, farm::kernel<&unit::draw>, {0, 0}, plain);
  const auto first = bed->next();
  const auto second = bed->next();
  CHECK(first.value<std::uint64_t>(0) == second.value<std::uint64_t>(0));
  CHECK(first.value<std::uint64_t>(1) == second.value<std::uint64_t>(1));
}

TEST_CASE("an item past its limit is killed in its sandbox, and the others run",
          "[unit][engine][isolation]") {
  const bool listener = GENERATE(true, false);
  CAPTURE(listener);
  IsolatedBed bed(listener);
  bed->tasks(1, farm::kernel<&hang_on_one>, {0, 1, 2, 1, 3}, isolated(60));
  const EngineBed::Answer answer = bed->next();
  for (const std::uint64_t i : {0, 2, 4}) CHECK_FALSE(answer.items().failed(i));
  for (const std::uint64_t i : {1, 3}) {
    CHECK(answer.failure(i).fault == Fault::timeout);
    CHECK(answer.failure(i).message ==
          "ran longer than its limit of 0.06 s, did not stop, and was killed with its sandbox");
  }
}

TEST_CASE("an item in a sandbox that heeds its limit says so itself", "[unit][engine][isolation]") {
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&heed_on_one>, {0, 1, 2}, isolated(60));
  const EngineBed::Answer answer = bed->next();
  CHECK(answer.value<int>(2) == 2);
  CHECK(answer.failure(1).fault == Fault::timeout);
  CHECK(answer.failure(1).message == "ran longer than its limit of 0.06 s and was asked to stop");
}

TEST_CASE("a limit in a sandbox is one of each item and not of the chunk",
          "[unit][engine][isolation]") {
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&unit::nap>, std::vector<int>(30, 10), isolated(200));
  const EngineBed::Answer answer = bed->next();
  CHECK(answer.done.run >= 300'000'000);
  for (std::uint32_t i = 0; i < 30; ++i) CHECK_FALSE(answer.items().failed(i));
  CHECK_FALSE(bed->heard());
}

TEST_CASE("a chunk in a sandbox stops when it is asked", "[unit][engine][isolation]") {
  const bool listener = GENERATE(true, false);
  CAPTURE(listener);
  IsolatedBed bed(listener);
  bed->tasks(1, farm::kernel<&heed_on_one>, {0, 1, 2}, isolated());
  ::usleep(50'000);
  bed->send(wire::Stop{1});
  const EngineBed::Answer answer = bed->next();
  CHECK(answer.value<int>(0) == 0);
  CHECK(answer.failure(1).fault == Fault::interrupted);
  CHECK(answer.failure(2).fault == Fault::aborted);
}

TEST_CASE("a chunk in a sandbox that does not stop when it is asked is killed",
          "[unit][engine][isolation]") {
  IsolatedBed bed(true, 50'000'000);
  bed->tasks(1, farm::kernel<&hang_on_one>, {0, 1, 2}, isolated());
  bed->tasks(2, farm::kernel<&hang_on_one>, {0, 2}, isolated());
  ::usleep(50'000);
  bed->send(wire::Stop{1});
  EngineBed::Answer answer = bed->next();
  CHECK(answer.value<int>(0) == 0);
  CHECK(answer.failure(1).fault == Fault::interrupted);
  CHECK(answer.failure(1).message ==
        "was asked to stop, went on for 0.05 s, and was killed with its sandbox");
  CHECK(answer.failure(2).fault == Fault::aborted);
  answer = bed->next();
  CHECK(answer.value<int>(1) == 2);
}

TEST_CASE("nobody is blamed for a sandbox that dies between chunks", "[unit][engine][isolation]") {
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&die_later>, {5}, isolated());
  CHECK(bed->next().value<int>() == 5);
  ::usleep(100'000);
  bed->tasks(2, farm::kernel<&crash_odd>, {2}, isolated());
  CHECK(bed->next().value<int>() == 2);
}

TEST_CASE("programs that a kernel has started go with its sandbox", "[unit][engine][isolation]") {
  std::remove(unit::sandbox_note().c_str());
  IsolatedBed bed;
  bed->tasks(1, farm::kernel<&start_program>, {0}, isolated(1000));
  CHECK(bed->next().failure().fault == Fault::timeout);
  pid_t program = 0;
  std::ifstream(unit::sandbox_note()) >> program;
  REQUIRE(program > 0);
  CHECK(unit::eventually([program] { return !unit::alive(program); }));
  std::remove(unit::sandbox_note().c_str());
}

TEST_CASE("without sandboxes an isolated chunk does not run", "[unit][engine][isolation]") {
  EngineBed bed;
  bed.tasks(1, farm::kernel<&crash_odd>, {1, 2}, isolated());
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.failure(0).fault == Fault::crashed);
  CHECK(answer.failure(1).message == "this engine was started without sandboxes");
}

TEST_CASE("a setup that is asked to stop in a new sandbox has not failed",
          "[unit][engine][isolation]") {
  SetUpBed bed(farm::kernel<&prepare_once>);
  bed->tasks(3, farm::kernel<&crash_odd>, {2}, SetUpBed::in_setup());
  REQUIRE(unit::eventually([] {
    std::string word;
    return (std::ifstream(unit::sandbox_note()) >> word) && word == "again";
  }));
  bed->send(wire::Stop{3});
  CHECK(bed->next().failure().fault == Fault::aborted);
}

TEST_CASE("a setup that fails in a new sandbox is told with its error",
          "[unit][engine][isolation]") {
  SetUpBed bed(farm::kernel<&prepare_once_or_fail>);
  bed->tasks(3, farm::kernel<&crash_odd>, {2}, SetUpBed::in_setup());
  const farm::detail::FailureRecord failure = bed->next().failure();
  CHECK(failure.fault == Fault::broken);
  CHECK_THAT(failure.message,
             Catch::Contains("failed in a new sandbox: ") && Catch::Contains("not again"));
}
