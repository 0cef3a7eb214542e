#include "farm_app/run/python_channel.hpp"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>

namespace app {

namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error(what + ": " + std::strerror(error));
}

// Returns an error number, or 0.
int spawn_python(const char* script, int socket, pid_t& process) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, socket, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // A group of its own: an interrupt at the terminal is for the job, which may still have
  // something to ask.
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::array<std::string, 4> words{"python3", "-c", script, script};
  std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                                 nullptr};
  const int error =
      ::posix_spawnp(&process, "python3", &files, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

PythonChannel::PythonChannel(const char* script) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    fail("socketpair", errno);
  }
  const int error = spawn_python(script, ends[1], process_);
  ::close(ends[1]);
  if (error == 0) {
    socket_ = ends[0];
    return;
  }
  ::close(ends[0]);
  if (error == ENOENT) throw std::runtime_error("there is no python3 (Debian: python3)");
  fail("python3", error);
}

PythonChannel::~PythonChannel() {
  ::close(socket_);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void PythonChannel::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("the Python process has ended", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void PythonChannel::receive(char* bytes, std::size_t count) const {
  while (count > 0) {
    const ssize_t got = ::recv(socket_, bytes, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("the Python process has ended", got < 0 ? errno : EPIPE);
    bytes += got;
    count -= static_cast<std::size_t>(got);
  }
}

}  // namespace app
