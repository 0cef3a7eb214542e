#include "process/fork_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "process/sandbox_child.hpp"
#include "process/signals.hpp"

namespace farm::process {

namespace {

// Launchers and terminals send these to the whole process group. They are meant for the rank.
constexpr std::array rank_signals{SIGUSR1, SIGUSR2, SIGCONT, SIGINT, SIGTERM, SIGQUIT, SIGHUP};

// What a sandbox sends to itself counts. It is a handler, and not SIG_IGN, because that would be
// inherited by programs that a kernel starts.
void on_rank_signal(int signal, siginfo_t* info, void*) {
  if (info->si_code > 0 || info->si_pid != getpid() || signal == SIGCONT) return;
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void leave_signals_to_rank() {
  struct sigaction action {};
  action.sa_sigaction = &on_rank_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (const int signal : rank_signals) sigaction(signal, &action, nullptr);
  std::signal(SIGCHLD, SIG_DFL);
  // A supervisor ignores these.
  std::signal(SIGALRM, SIG_DFL);
  std::signal(SIGPIPE, SIG_DFL);
  survive_broken_pipes();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The kernel's choice when memory runs out, before any rank.
void be_first_when_memory_runs_out() {
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = write(file, "1000", 4);
  close(file);
}

void die_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
}

// With the programs that it has started.
void kill_with_children(pid_t leader) {
  kill(-leader, SIGKILL);
  kill(leader, SIGKILL);
}

void close_if_open(int& socket) {
  if (socket >= 0) close(std::exchange(socket, -1));
}

// What is left in them would be printed by both processes.
void flush_streams() {
  std::cout.flush();
  std::fflush(nullptr);
}

}  // namespace

ForkServer::ForkServer() {
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  rank_ = ends[0];
  server_ = ends[1];
}

ForkServer::~ForkServer() {
  close_if_open(rank_);
  close_if_open(server_);
}

void ForkServer::become_server() { close_if_open(rank_); }

void ForkServer::become_rank() { close_if_open(server_); }

bool ForkServer::handle() {
  Request request{};
  ssize_t size = 0;
  do {
    size = recv(server_, &request, sizeof request, 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return false;
  request == Request::child ? start_child() : end();
  return true;
}

void ForkServer::start_child() {
  end();
  flush_streams();
  const pid_t self = getpid();
  child_memory_ = OutOfMemoryWatch();
  child_ = fork();
  if (child_ == 0) be_child(self);
  if (child_ > 0) return;
  SandboxMemory::Control& control = memory_.control();
  control.problem = errno;
  child_ = 0;
  control.turn.set(Turn::State::empty);
}

void ForkServer::be_child(pid_t server) {
  die_with_parent(server);
  setpgid(0, 0);
  close_if_open(server_);
  if (prepare_) prepare_();
  leave_signals_to_rank();
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  be_first_when_memory_runs_out();
  SandboxChild child(memory_);
  body_(child);
  std::fflush(nullptr);
  _exit(0);
}

bool ForkServer::reaped(pid_t pid, int status) {
  if (child_ == 0 || pid != child_) return false;
  child_ = 0;
  kill(-pid, SIGKILL);
  SandboxMemory::Control& control = memory_.control();
  control.status = child_memory_.judge(status);
  control.problem = 0;
  control.turn.set(Turn::State::empty);
  return true;
}

void ForkServer::end() {
  if (child_ > 0) kill_with_children(child_);
}

bool ForkServer::ask(Request request) const {
  return rank_ >= 0 && send(rank_, &request, sizeof request, MSG_NOSIGNAL) == sizeof request;
}

bool ForkServer::ask_for_child() { return ask(Request::child); }

bool ForkServer::ask_to_kill() { return ask(Request::kill); }

bool ForkServer::server_gone() const {
  char nothing = 0;
  if (rank_ < 0) return true;
  const ssize_t size = recv(rank_, &nothing, sizeof nothing, MSG_PEEK | MSG_DONTWAIT);
  return size == 0 || (size < 0 && errno == ECONNRESET);
}

void ForkServer::fork_apart() {
  flush_streams();
  const pid_t self = getpid();
  const pid_t server = fork();
  if (server != 0) return become_rank();
  die_with_parent(self);
  become_server();
  serve();
}

void ForkServer::serve() {
  for (const int signal : rank_signals) std::signal(signal, SIG_IGN);
  sigset_t deaths;
  sigemptyset(&deaths);
  sigaddset(&deaths, SIGCHLD);
  sigprocmask(SIG_BLOCK, &deaths, nullptr);
  const int signals = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
  if (prepare_ == nullptr) child_begins([signals] { close(signals); });
  std::array<pollfd, 2> events{pollfd{server_, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
  for (;;) {
    if (poll(events.data(), events.size(), -1) < 0) continue;
    signalfd_siginfo info{};
    while (read(signals, &info, sizeof info) > 0) {
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) reaped(pid, status);
    if (events[0].revents != 0 && !handle()) break;
  }
  end();
  _exit(0);
}

}  // namespace farm::process
