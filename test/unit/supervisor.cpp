#include "process/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <functional>

using farm::process::Descriptor;
using farm::process::ForkServer;
using farm::process::Supervisor;

namespace {

void be_rank(bool hide, const std::function<void(const Supervisor&)>& rank) {
  // Of a process that ends by a signal Catch2 would say that the test failed.
  for (const int signal : {SIGTERM, SIGINT, SIGSEGV, SIGABRT}) std::signal(signal, SIG_DFL);
  ForkServer server;
  const Supervisor supervisor = Supervisor::begin(server, hide);
  rank(supervisor);
  _exit(0);
}

// The test is the launcher of a rank, which holds one end of a pipe: all of its processes do.
class Launched {
 public:
  explicit Launched(const std::function<void(const Supervisor&)>& rank, bool hide = true) {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    lives_ = Descriptor(ends[0]);
    Descriptor held(ends[1]);
    pid_ = fork();
    if (pid_ == 0) be_rank(hide, rank);
  }
  ~Launched() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;

  pid_t pid() const { return pid_; }
  int ended() {
    int status = -1;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }
  bool lives() {
    int status = 0;
    return waitpid(pid_, &status, WNOHANG) == 0;
  }
  // Whether no process is left, soon.
  bool all_gone() {
    pollfd events{lives_.get(), POLLIN, 0};
    return poll(&events, 1, 5000) == 1;
  }

 private:
  Descriptor lives_;
  pid_t pid_ = 0;
};

struct Channel {
  Channel() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    hub = Descriptor(ends[0]);
    engine = Descriptor(ends[1]);
  }
  // The wait status that the supervisor tells before the connection ends.
  int told() {
    engine.reset();
    std::array<char, 6> bytes{};
    std::size_t size = 0;
    while (true) {
      pollfd events{hub.get(), POLLIN, 0};
      if (poll(&events, 1, 5000) != 1) FAIL("the connection does not end");
      const ssize_t got = read(hub.get(), bytes.data() + size, bytes.size() - size);
      if (got <= 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (size == 0) return -1;
    REQUIRE(size == 5);
    REQUIRE(bytes[0] == 'e');
    int status = 0;
    std::memcpy(&status, bytes.data() + 1, sizeof status);
    return status;
  }

  Descriptor hub;
  Descriptor engine;
};

}  // namespace

TEST_CASE("a supervisor ends as its rank ends", "[unit][liveness]") {
  const bool hide = GENERATE(true, false);
  CAPTURE(hide);
  Launched exits([](const Supervisor&) { _exit(5); }, hide);
  const int exited = exits.ended();
  CHECK((WIFEXITED(exited) && WEXITSTATUS(exited) == 5));
  CHECK(exits.all_gone());
  Launched dies([](const Supervisor&) { raise(SIGKILL); }, hide);
  const int died = dies.ended();
  CHECK((WIFSIGNALED(died) && WTERMSIG(died) == SIGKILL));
  CHECK(dies.all_gone());
}

TEST_CASE("a rank that is up but not an engine is not hidden", "[unit][liveness]") {
  Launched rank([](const Supervisor& supervisor) {
    supervisor.up();
    raise(SIGKILL);
  });
  const int status = rank.ended();
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

TEST_CASE("the end of an engine is hidden from the launcher and told to the hub",
          "[unit][liveness]") {
  const bool by_signal = GENERATE(true, false);
  Channel channel;
  Launched rank([&](const Supervisor& supervisor) {
    supervisor.started(channel.engine.get());
    // Somebody else may hold the connection.
    if (fork() == 0) sleep(60);
    if (by_signal) raise(SIGKILL);
    _exit(3);
  });
  const int status = channel.told();
  if (by_signal) {
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  } else {
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 3));
  }
  usleep(50'000);
  CHECK(rank.lives());
  kill(rank.pid(), SIGTERM);
  const int ended = rank.ended();
  CHECK((WIFSIGNALED(ended) && WTERMSIG(ended) == SIGTERM));
  CHECK(rank.all_gone());
}

TEST_CASE("a rank that says that it leaves is not hidden", "[unit][liveness]") {
  Channel channel;
  Launched rank([&](const Supervisor& supervisor) {
    supervisor.started(channel.engine.get());
    supervisor.leaving();
    _exit(4);
  });
  const int status = rank.ended();
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 4));
  CHECK(channel.told() == -1);
}

TEST_CASE("a signal to the supervisor is for the rank, whose end is then not hidden",
          "[unit][liveness]") {
  Channel channel;
  Launched rank([&](const Supervisor& supervisor) {
    supervisor.started(channel.engine.get());
    [[maybe_unused]] const ssize_t written = write(channel.engine.get(), "x", 1);
    sleep(60);
  });
  char byte = 0;
  REQUIRE(read(channel.hub.get(), &byte, 1) == 1);
  kill(rank.pid(), SIGUSR1);  // means nothing to it
  kill(rank.pid(), SIGTERM);
  const int status = rank.ended();
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM));
  CHECK(rank.all_gone());
}

TEST_CASE("a rank goes with its supervisor", "[unit][liveness]") {
  Channel channel;
  Launched rank([&](const Supervisor& supervisor) {
    supervisor.started(channel.engine.get());
    sleep(60);
  });
  kill(rank.pid(), SIGKILL);
  rank.ended();
  CHECK(rank.all_gone());
}

TEST_CASE("supervisor and rank go with the launcher", "[unit][liveness]") {
  const bool hidden = GENERATE(true, false);
  Channel channel;
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  const Descriptor lives(ends[0]);
  Descriptor held(ends[1]);
  const pid_t launcher = fork();
  if (launcher == 0) {
    const pid_t child = fork();
    if (child == 0) {
      be_rank(true, [&](const Supervisor& supervisor) {
        supervisor.started(channel.engine.get());
        if (hidden) raise(SIGKILL);
        std::signal(SIGTERM, SIG_IGN);
        sleep(60);
      });
    }
    sleep(60);
  }
  held.reset();
  if (hidden) CHECK(channel.told() == SIGKILL);
  usleep(50'000);
  kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  pollfd events{lives.get(), POLLIN, 0};
  CHECK(poll(&events, 1, 5000) == 1);
}
