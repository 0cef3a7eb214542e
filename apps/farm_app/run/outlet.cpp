#include "farm_app/run/outlet.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

namespace app {

namespace {

constexpr std::size_t much = std::size_t{64} << 10;

// Keeps SIGPIPE from this thread; one that was raised meanwhile is taken away.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutPipeSignal() {
    const timespec at_once{};
    if (raised_ && sigismember(&before_, SIGPIPE) == 0) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;

  void raised() { raised_ = true; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool raised_ = false;
};

}  // namespace

void Outlet::add(std::string_view text) {
  if (!problem_.empty()) return;
  waiting_ += text;
  if (waiting_.size() >= much) flush();
}

void Outlet::flush() {
  if (waiting_.empty() || !problem_.empty()) return;
  WithoutPipeSignal without_signal;
  std::string_view rest = waiting_;
  while (!rest.empty() && write_some(rest)) {
  }
  if (!rest.empty()) {
    if (errno == EPIPE) without_signal.raised();
    problem_ = name_ + " cannot be written to: " + std::strerror(errno);
  }
  waiting_.clear();
}

bool Outlet::write_some(std::string_view& text) {
  const auto written = ::write(descriptor_, text.data(), text.size());
  if (written >= 0) {
    text.remove_prefix(static_cast<std::size_t>(written));
    return true;
  }
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  pollfd ready{descriptor_, POLLOUT, 0};
  return ::poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

}  // namespace app
