#include "farm_app/run/keeper_spawn.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace app::keeper {

namespace {

// The files that may be the program, in the order of PATH.
std::vector<std::string> places_of(const std::string& program,
                                   const std::vector<const char*>& environment) {
  if (program.empty() || program.find('/') != std::string::npos) return {program};
  std::string_view path = "/usr/local/bin:/bin:/usr/bin";
  for (const char* variable : environment) {
    if (variable != nullptr && std::strncmp(variable, "PATH=", 5) == 0) path = variable + 5;
  }
  std::vector<std::string> places;
  for (;;) {
    const std::size_t end = path.find(':');
    const std::string_view folder = path.substr(0, end);
    places.push_back((folder.empty() ? "." : std::string(folder)) + '/' + program);
    if (end == std::string_view::npos) return places;
    path.remove_prefix(end + 1);
  }
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// All that the child needs, made before: it lives in the memory of its parent.
struct Prepared {
  const Launch& command;
  std::vector<std::string> places;
  std::vector<char*> arguments;
  std::vector<char*> by_shell;  // the same for a script that names no interpreter
  char* const* environment;
};

void put_at(int from, int to) {
  if (from == to) {
    fcntl(from, F_SETFD, 0);
  } else if (from >= 0) {
    dup2(from, to);
  }
}

// errno if there is no such program.
int run_program(Prepared& prepared) {
  int error = ENOENT;
  for (const std::string& place : prepared.places) {
    execve(place.c_str(), prepared.arguments.data(), prepared.environment);
    if (errno == ENOEXEC) {
      prepared.by_shell[1] = const_cast<char*>(place.c_str());
      execve(prepared.by_shell[0], prepared.by_shell.data(), prepared.environment);
    }
    // Shells look on, and say at last that it was there.
    if (errno == EACCES || (errno != ENOENT && errno != ENOTDIR)) error = errno;
    if (error != ENOENT && error != EACCES) return error;
  }
  return error;
}

[[noreturn]] void become(Prepared& prepared, Launched& failure) {
  const Launch& command = prepared.command;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < 3; ++i) put_at(command.streams[static_cast<std::size_t>(i)], i);
  put_at(command.script, script_descriptor);
  if (!command.directory.empty() && chdir(command.directory.c_str()) != 0) {
    failure.step = Step::directory;
    failure.error = errno;
    _exit(127);
  }
  if (command.nice != 0) (void)!nice(command.nice);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  failure.error = run_program(prepared);
  failure.step = Step::program;
  _exit(127);
}

// By itself, so that nothing of the caller's is in registers when the child runs.
[[gnu::noinline]] pid_t fork_into(Prepared& prepared, Launched& failure) {
  const pid_t pid = vfork();
  if (pid == 0) become(prepared, failure);
  return pid;
}

}  // namespace

Launched launch(const Launch& command) {
  Prepared prepared{command,
                    places_of(command.words.front(), command.environment),
                    pointers_to(command.words),
                    {},
                    const_cast<char* const*>(command.environment.data())};
  std::string shell = "/bin/sh";
  prepared.by_shell = prepared.arguments;
  prepared.by_shell.insert(prepared.by_shell.begin(), shell.data());
  Launched launched;
  launched.pid = fork_into(prepared, launched);
  if (launched.pid < 0) {
    launched.step = Step::process;
    launched.error = errno;
  } else if (launched.step != Step::none) {
    while (waitpid(launched.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    launched.pid = -1;
  }
  return launched;
}

}  // namespace app::keeper
