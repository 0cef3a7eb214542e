#include "process/output_pipe.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <thread>

using farm::process::OutputLog;
using farm::process::OutputPipe;
using farm::process::OutputRecord;

namespace {

using Written = std::map<std::uint64_t, std::array<std::string, 2>>;  // by task and stream

Written taken(OutputPipe& pipe) {
  Written written;
  std::vector<std::byte> bytes;
  while (pipe.log().waiting() != 0) pipe.take(bytes, 1 << 20);
  for (std::size_t at = 0; at < bytes.size();) {
    OutputRecord record;
    std::memcpy(&record, bytes.data() + at, sizeof record);
    at += sizeof record;
    written[record.task][record.stream - 1].append(reinterpret_cast<const char*>(bytes.data()) + at,
                                                   record.size);
    at += record.size;
  }
  return written;
}

void say(int file, const std::string& text) {
  REQUIRE(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

// Runs `f` in a process of its own.
template <class F>
int in_child(const F& f) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("What tasks write is kept apart by task and stream", "[unit][process]") {
  OutputPipe pipe;
  pipe.open();
  pipe.begin(7);
  std::printf("seven");
  std::cout << " on stdout";
  std::cerr << "seven on stderr";
  pipe.begin(8);
  pipe.begin(9);
  say(2, "nine\n");
  pipe.begin(farm::process::no_task);
  pipe.shut();
  const Written written = taken(pipe);
  CHECK(written == Written{{7, {"seven on stdout", "seven on stderr"}}, {9, {"", "nine\n"}}});
  CHECK(pipe.log().waiting() == 0);
}

TEST_CASE("What a task's child processes write is the task's, whichever way they open stderr",
          "[unit][process]") {
  OutputPipe pipe;
  pipe.open();
  pipe.begin(1);
  REQUIRE(std::system("echo one; echo two >&2; echo three > /dev/stderr; echo four") == 0);
  pipe.begin(2);
  pipe.shut();
  CHECK(taken(pipe) == Written{{1, {"one\nfour\n", "two\nthree\n"}}});
}

TEST_CASE("Ten million bytes do not hold up who writes them", "[unit][process]") {
  OutputPipe pipe;
  pipe.watch();
  pipe.open();
  pipe.begin(3);
  std::string much(10'000'000, '\0');
  for (std::size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i * i >> 3);
  const std::size_t n = std::fwrite(much.data(), 1, much.size(), stdout);
  pipe.begin(4);
  pipe.shut();
  REQUIRE(n == much.size());
  const Written written = taken(pipe);
  REQUIRE(written.size() == 1);
  CHECK(written.at(3)[0] == much);
}

TEST_CASE("A rank that is killed leaves what it has written", "[unit][process]") {
  OutputPipe pipe;
  const int status = in_child([&] {
    pipe.watch();
    pipe.open();
    pipe.begin(5);
    std::printf("before the end\n");
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    (void)!write(2, "and at", 6);
    kill(getpid(), SIGKILL);
  });
  REQUIRE(WIFSIGNALED(status));
  const int said = memfd_create("said", 0);
  in_child([&] {
    dup2(said, 1);
    dup2(said, 2);
    pipe.print_rest(12);
  });
  std::array<char, 200> text{};
  const ssize_t n = pread(said, text.data(), text.size(), 0);
  close(said);
  REQUIRE(n > 0);
  CHECK(std::string(text.data(), static_cast<std::size_t>(n)) ==
        "[engine 12 task 5] before the end\n[engine 12 task 5] and at\n");
}

TEST_CASE("The rank reads what a sandbox wrote before it died", "[unit][process]") {
  OutputPipe pipe;
  CHECK_FALSE(pipe.adopt());
  pipe.watch();
  in_child([&] {
    if (!pipe.adopt()) return;
    pipe.begin(10);
    std::printf("done\n");
    pipe.begin(11);
    std::printf("not done\n");
    std::fflush(stdout);
    raise(SIGKILL);
  });
  pipe.begin(farm::process::no_task);
  CHECK(taken(pipe) == Written{{10, {"done\n", ""}}, {11, {"not done\n", ""}}});
}

TEST_CASE("A process that dies with the log's lock stops nobody", "[unit][process]") {
  OutputPipe pipe;
  in_child([&] {
    const OutputLog::Lock lock(const_cast<OutputLog&>(pipe.log()));
    raise(SIGKILL);
  });
  pipe.begin(1);
  CHECK(pipe.log().task() == 1);
}

TEST_CASE("A log that nobody empties drops what is too much and says how much", "[unit][process]") {
  OutputLog log;
  const std::vector<std::byte> block(std::size_t{1} << 20);
  {
    const OutputLog::Lock lock(log);
    for (int i = 0; i < 258; ++i) log.append(1, block);
  }
  const std::uint64_t kept = log.waiting() / (block.size() + sizeof(OutputRecord));
  CHECK(kept == 255);
  CHECK(log.take_dropped() == 3 * block.size());
  CHECK(log.take_dropped() == 0);
  std::vector<std::byte> bytes;
  while (log.waiting() != 0) {
    bytes.clear();
    log.take(bytes, 1 << 20);
    CHECK(bytes.size() == block.size() + sizeof(OutputRecord));
  }
}
