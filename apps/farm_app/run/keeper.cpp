#include "farm_app/run/keeper.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "farm_app/run/keeper_loop.hpp"
#include "farm_app/run/keeper_orphans.hpp"
#include "farm_app/run/steady_seconds.hpp"

namespace app {

namespace {

[[noreturn]] void fail() {
  throw std::system_error(errno, std::generic_category(), "no keeper for commands");
}

// The launcher waits until nobody holds its pipes any more.
void let_go_of_all_but(int one, int other) {
  const long most = std::min(sysconf(_SC_OPEN_MAX), 4096L);
  for (int fd = 3; fd < most; ++fd) {
    if (fd != one && fd != other) close(fd);
  }
  const Descriptor null(open("/dev/null", O_RDWR));
  for (int stream = 0; stream < 3; ++stream) dup2(null.get(), stream);
}

std::string session_of(pid_t leader, double begin) {
  return std::to_string(leader) + '.' + std::to_string(static_cast<std::uint64_t>(begin * 1e9));
}

[[noreturn]] void keep(Descriptor socket, Descriptor starter) {
  // Who kills all processes with the name of the program leaves it to end the commands.
  prctl(PR_SET_NAME, "farm-keeper");
  let_go_of_all_but(socket.get(), starter.get());
  keeper::Loop loop(std::move(socket), std::move(starter));
  try {
    loop.serve();
  } catch (...) {
    loop.kill_all();
    _exit(1);
  }
  _exit(0);
}

}  // namespace

void start_keeper() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail();
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  Descriptor self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  const double begin = steady_seconds();
  const pid_t child = fork();
  if (child < 0) fail();
  if (child == 0) {
    ours.reset();
    setsid();
    setenv(keeper::session_variable, session_of(getpid(), begin).c_str(), 1);
    // The one in between ends at once: the keeper is nobody's child.
    if (fork() == 0) keep(std::move(theirs), std::move(self));
    _exit(0);
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  setenv(keeper_session_variable, session_of(child, begin).c_str(), 1);
  // It stays open as long as the process lives.
  setenv(keeper_variable, std::to_string(ours.release()).c_str(), 1);
}

}  // namespace app
