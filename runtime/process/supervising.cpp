#include "process/supervising.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "process/side_channel.hpp"
#include "time/clock.hpp"

namespace farm::process {

namespace {

constexpr std::int64_t last_words_ns = 1'000'000'000;
constexpr int look_ms = 200;

// Signals that end processes: for the job, if they come to the launcher's child.
constexpr std::array ending_signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT};
// Signals that launchers send to all processes of a rank, and that a supervisor has no use for.
constexpr std::array other_signals{SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM};

Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (const int signal : ending_signals) sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGCHLD, SIG_DFL);
  for (const int signal : other_signals) std::signal(signal, SIG_IGN);
  return Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// Readable when the process has ended. Not PR_SET_PDEATHSIG: that looks at the thread which forked,
// and launchers fork in threads that end.
Descriptor open_process(pid_t process) {
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
}

// Programs that a rank has started and left behind.
void kill_orphans() {
  std::ifstream children("/proc/thread-self/children");
  for (pid_t child = 0; children >> child;) kill(child, SIGKILL);
}

}  // namespace

Supervising::Supervising(ForkServer& server, pid_t launcher, pid_t rank, Descriptor control,
                         std::function<void()> last_words)
    : server_(&server),
      launcher_(launcher),
      rank_(rank),
      control_(std::move(control)),
      last_words_(std::move(last_words)),
      signals_(open_signals()),
      launcher_lives_(open_process(launcher)),
      began_(time::Clock::now()) {
  server.child_begins([this] {
    for (Descriptor* mine : {&control_, &signals_, &launcher_lives_, &side_channel_}) mine->reset();
  });
}

void Supervising::run() {
  reap();
  for (;;) {
    std::array<pollfd, 4> events{pollfd{signals_.get(), POLLIN, 0},
                                 pollfd{launcher_lives_.get(), POLLIN, 0},
                                 pollfd{control_.get(), POLLIN, 0},
                                 pollfd{served_ ? server_->server_socket() : -1, POLLIN, 0}};
    const bool hurried = !launcher_lives_ || rank_dies_ != 0;
    const int wait_ms = hurried ? look_ms : up_ || hidden_ ? -1 : 10 * look_ms;
    if (poll(events.data(), events.size(), wait_ms) < 0) continue;
    // Before its end is heard of: what it said last counts.
    if (events[2].revents != 0) hear_rank();
    if (events[0].revents != 0) hear_signals();
    if (events[3].revents != 0 && !server_->handle()) served_ = false;
    if (getppid() != launcher_ && rank_dies_ == 0) launcher_gone();
    look_at_time();
  }
}

void Supervising::hear_signals() {
  signalfd_siginfo info{};
  bool child = false;
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) {
      child = true;
      continue;
    }
    if (hidden_) end_by(signal);
    told_to_end_ = true;
    // Most launchers tell all processes of a rank, and some only the one that they know. Twice does
    // no harm.
    kill(rank_, signal);
  }
  if (child) reap();
}

void Supervising::hear_rank() {
  for (;;) {
    char byte = 0;
    iovec content{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = space.data();
    message.msg_controllen = space.size();
    const ssize_t size = recvmsg(control_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0) return;
    if (size == 0) return control_.reset();
    const Report report{byte};
    up_ = true;
    // An engine that comes when all others have may hear so before it says that it is up.
    if (report != Report::up) hides_ = report == Report::started;
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS) continue;
    int socket = -1;
    std::memcpy(&socket, CMSG_DATA(header), sizeof socket);
    side_channel_ = Descriptor(socket);
  }
}

void Supervising::reap() {
  int status = 0;
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == rank_) {
      rank_ended(status);
    } else {
      server_->reaped(pid, status);
    }
  }
  // Those of the orphans that have been killed.
  if (hidden_) kill_orphans();
}

void Supervising::rank_ended(int status) {
  if (control_) hear_rank();
  server_->end();
  if (hides_ && !told_to_end_ && rank_dies_ == 0) return hide(status);
  if (last_words_) last_words_();
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  end_by(WTERMSIG(status));
}

void Supervising::hide(int status) {
  hidden_ = true;
  // Whatever else the rank has started may still hold the connection.
  say(side_channel_.get(), Word::ending, memory_.judge(status));
  shutdown(side_channel_.get(), SHUT_RDWR);
  side_channel_.reset();
  kill_orphans();
  if (last_words_) last_words_();
  // The launcher waits for the end of what the rank prints.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
}

// A rank says its last words when it is asked to end.
void Supervising::launcher_gone() {
  server_->end();
  if (hidden_) _exit(1);
  // It would be readable for ever.
  launcher_lives_.reset();
  kill(rank_, SIGTERM);
  rank_dies_ = time::Clock::now() + last_words_ns;
}

void Supervising::look_at_time() {
  const std::int64_t now = time::Clock::now();
  if (rank_dies_ != 0 && now >= rank_dies_) kill(rank_, SIGKILL);
  if (up_ || rank_dies_ != 0 || now - began_ < start_limit_ns) return;
  std::fputs("farm: the start of the job has not come to an end in 300 s: a rank is missing\n",
             stderr);
  rank_dies_ = now;
}

void Supervising::end_by(int signal) {
  server_->end();
  // The rank has left the core file, if any.
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  std::signal(signal, SIG_DFL);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace farm::process
