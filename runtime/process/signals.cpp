#include "process/signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

namespace farm::process {

namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGCONT);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  return set;
}

}  // namespace

// A handler is not inherited by exec, which SIG_IGN would be.
void survive_broken_pipes() {
  struct sigaction now = {};
  if (sigaction(SIGPIPE, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) return;
  now.sa_handler = [](int) {};
  now.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &now, nullptr);
}

void SignalWatcher::unblock() {
  // No SIG_IGN, which programs that are started would inherit.
  for (const int signal : {SIGUSR1, SIGUSR2}) std::signal(signal, [](int) {});
  const sigset_t set = watched();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWatcher::block() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A mask survives exec: what a driver starts must not be deaf.
  pthread_atfork(nullptr, nullptr, &SignalWatcher::unblock);
}

SignalWatcher::SignalWatcher(std::function<void(int)> react) : react_(std::move(react)) {
  const sigset_t set = watched();
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (signals_ >= 0 && stop_ >= 0) thread_ = std::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  const std::uint64_t one = 1;
  if (thread_.joinable() && write(stop_, &one, sizeof one) == sizeof one) thread_.join();
  if (thread_.joinable()) thread_.detach();
  close(signals_);
  close(stop_);
}

void SignalWatcher::watch() const {
  std::array<pollfd, 2> fds{pollfd{signals_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  for (;;) {
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0) return;
    signalfd_siginfo info{};
    if (read(signals_, &info, sizeof info) == sizeof info) react_(static_cast<int>(info.ssi_signo));
  }
}

}  // namespace farm::process
