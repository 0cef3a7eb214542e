// The sandbox without tasks: what it survives, and what it says of it.

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "process/ending.hpp"
#include "process/out_of_memory.hpp"
#include "sandbox_bed.hpp"

using farm::process::SandboxChild;
using unit::alive;
using unit::SandboxBed;

namespace {

// Sanitizers have handlers of their own.
void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
}

std::string obey(SandboxChild& child, const std::string& word) {
  if (word == "segv") die_by(SIGSEGV);
  if (word == "abort") die_by(SIGABRT);
  if (word == "kill") die_by(SIGKILL);
  if (word == "fpe") die_by(SIGFPE);
  if (word == "exit") _exit(3);
  if (word == "half") {
    child.write("half", 4);
    child.publish();
    child.write("more", 4);
    die_by(SIGSEGV);
  }
  if (word == "hang") {
    for (;;) pause();
  }
  if (word == "wait") {
    while (child.asked() == 0) usleep(100);
    return "asked " + std::to_string(child.asked());
  }
  if (word == "mark") {
    child.mark(42);
    for (;;) pause();
  }
  if (word == "pid") return std::to_string(getpid());
  return word + "!";
}

// Of the memory that this process shares with others.
std::size_t shared_bytes() {
  std::size_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string name = std::filesystem::read_symlink(entry.path(), gone).string();
    struct stat file {};
    if (name.find("memfd:farm") == std::string::npos) continue;
    if (stat(entry.path().c_str(), &file) == 0) bytes += std::size_t{512} * file.st_blocks;
  }
  return bytes;
}

template <class Condition>
bool soon(const Condition& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) usleep(1000);
  return condition();
}

}  // namespace

TEST_CASE("a sandbox answers one request after the other", "[unit][process]") {
  SandboxBed bed(obey);
  CHECK(bed.ask("hello") == "hello!");
  CHECK(bed.ask("") == "!");
  for (int i = 0; i < 2000; ++i) REQUIRE(bed.ask("again") == "again!");
  CHECK(bed.starts() == 1);
}

TEST_CASE("requests and answers may have any size", "[unit][process]") {
  SandboxBed bed(obey);
  for (const std::size_t size : {0U, 1U, 4096U, 1U << 16, 1U << 23, 7U, 1U << 25, 100U}) {
    const std::string text(size, 'x');
    REQUIRE(bed.ask(text) == text + "!");
  }
  CHECK(bed.starts() == 1);
}

TEST_CASE("the death of a sandbox is told with its cause, and a new one works", "[unit][process]") {
  SandboxBed bed(obey);
  CHECK(bed.ask("segv") == "SIGSEGV (segmentation fault)");
  CHECK(bed.ask("one") == "one!");
  CHECK(bed.ask("abort") == "SIGABRT (aborted)");
  CHECK_THAT(bed.ask("kill"), Catch::StartsWith("SIGKILL"));
  CHECK(bed.ask("fpe") == "SIGFPE (floating point exception)");
  CHECK(bed.ask("exit") == "exit(3)");
  CHECK(bed.ask("two") == "two!");
  CHECK(bed.starts() == 6);
}

TEST_CASE("what a sandbox has published is there when it has died", "[unit][process]") {
  SandboxBed bed(obey);
  CHECK(bed.ask("half") == "SIGSEGV (segmentation fault)");
  CHECK(bed.text() == "half");
}

TEST_CASE("a sandbox hears what is asked of it", "[unit][process]") {
  SandboxBed bed(obey);
  bed.begin("wait");
  CHECK_FALSE(bed.sandbox().await(1'000'000));
  bed.sandbox().ask(5);
  CHECK(bed.answer() == "asked 5");
}

TEST_CASE("a sandbox that hangs can be killed", "[unit][process]") {
  SandboxBed bed(obey);
  bed.begin("mark");
  CHECK(soon([&] { return bed.sandbox().mark() == 42; }));
  CHECK_FALSE(bed.sandbox().await(1'000'000));
  bed.sandbox().kill();
  CHECK(bed.sandbox().died());
  CHECK(bed.ask("hello") == "hello!");
  CHECK(bed.sandbox().mark() == 0);
}

TEST_CASE("a sandbox that dies while it has nothing to do is replaced", "[unit][process]") {
  SandboxBed bed(obey);
  const pid_t pid = std::stoi(bed.ask("pid"));
  kill(pid, SIGKILL);
  REQUIRE(soon([pid] { return !alive(pid); }));
  // Its server may hear of it a moment later.
  CHECK(soon([&] { return bed.ask("hello") == "hello!"; }));
  CHECK(bed.starts() == 2);
}

TEST_CASE("signals to the process group do not end a sandbox", "[unit][process]") {
  SandboxBed bed(obey);
  const pid_t pid = std::stoi(bed.ask("pid"));
  for (const int signal : {SIGUSR1, SIGUSR2, SIGCONT, SIGINT, SIGTERM}) kill(pid, signal);
  CHECK(bed.ask("hello") == "hello!");
  CHECK(bed.starts() == 1);
}

TEST_CASE("a sandbox can end itself by any signal", "[unit][process]") {
  SandboxBed bed([](SandboxChild&, const std::string&) {
    raise(SIGTERM);
    usleep(100'000);
    return std::string("lives");
  });
  CHECK(bed.ask("now") == "SIGTERM (terminated)");
}

TEST_CASE("a sandbox goes with its rank", "[unit][process]") {
  int to_test[2];
  REQUIRE(pipe(to_test) == 0);
  const pid_t rank = fork();
  if (rank == 0) {
    SandboxBed bed(obey);
    const std::string pid = bed.ask("pid");
    [[maybe_unused]] const ssize_t said = write(to_test[1], pid.data(), pid.size() + 1);
    bed.begin("hang");
    for (;;) pause();
  }
  char text[32] = {};
  REQUIRE(read(to_test[0], text, sizeof text) > 0);
  const pid_t pid = std::stoi(text);
  CHECK(alive(pid));
  kill(rank, SIGKILL);
  waitpid(rank, nullptr, 0);
  CHECK(soon([pid] { return !alive(pid); }));
  close(to_test[0]);
  close(to_test[1]);
}

TEST_CASE("a sandbox is the first to go when memory runs out, and leaves no core",
          "[unit][process]") {
  SandboxBed bed([](SandboxChild&, const std::string&) {
    std::ifstream file("/proc/self/oom_score_adj");
    std::string score;
    file >> score;
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    return score + " " + std::to_string(core.rlim_cur);
  });
  CHECK(bed.ask("") == "1000 0");
}

TEST_CASE("without its server a rank is told that there is no sandbox", "[unit][process]") {
  SandboxBed bed([](SandboxChild&, const std::string&) { return std::to_string(getppid()); });
  const pid_t server = std::stoi(bed.ask(""));
  kill(server, SIGKILL);
  REQUIRE(soon([server] { return !alive(server); }));
  CHECK(bed.ask("") == "the process that starts sandboxes has gone");
  CHECK_THROWS_WITH(bed.ask(""), Catch::Contains("has gone"));
}

TEST_CASE("endings have the names of their signals", "[unit][process]") {
  CHECK(farm::process::describe_ending(3 << 8) == "exit(3)");
  CHECK(farm::process::describe_ending(SIGBUS) == "SIGBUS (bus error)");
  CHECK(farm::process::describe_ending(SIGSEGV | 0x80) == "SIGSEGV (segmentation fault)");
  CHECK(farm::process::describe_ending(SIGRTMIN + 20) == "signal 54");
  CHECK(farm::process::describe_ending(SIGKILL) == "SIGKILL (killed)");
  CHECK(farm::process::describe_ending(SIGKILL | farm::process::out_of_memory) ==
        "SIGKILL, out of memory?");
}

TEST_CASE("only who was killed may have been killed for want of memory", "[unit][process]") {
  const farm::process::OutOfMemoryWatch watch;
  const std::uint64_t before = farm::process::out_of_memory_kills();
  for (const int status : {3 << 8, SIGSEGV, SIGKILL}) {
    const int judged = watch.judge(status);
    // Somebody else's memory may have run out just now.
    if (farm::process::out_of_memory_kills() == before) CHECK(judged == status);
  }
}

TEST_CASE("the memory of a large request is given back", "[unit][process]") {
  SandboxBed bed(obey);
  const std::string large(std::size_t{32} << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    CHECK(bed.ask(large).size() == large.size() + 1);
    CHECK(bed.ask("small") == "small!");
    CHECK(shared_bytes() < large.size() / 2);
  }
}
