#include "process/lifeline.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "time/clock.hpp"
#include "time/wait.hpp"

namespace farm::process {

Lifeline::Lifeline(Descriptor socket, std::int64_t silence_ns, Reactions reactions)
    : socket_(std::move(socket)),
      silence_ns_(silence_ns),
      reactions_(std::move(reactions)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

Lifeline::~Lifeline() {
  disarm();
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t rung = write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void Lifeline::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  const std::int64_t beat = beat_ns(silence_ns_);
  std::int64_t beaten = time::Clock::now();
  std::int64_t heard = beaten;
  std::array<pollfd, 2> events{pollfd{socket_.get(), POLLIN, 0}, pollfd{stop_.get(), POLLIN, 0}};
  for (;;) {
    const std::int64_t left = std::max<std::int64_t>(beaten + beat - time::Clock::now(), 0);
    poll(events.data(), events.size(), static_cast<int>((left + 999'999) / 1'000'000));
    if (events[1].revents != 0) return;
    const std::int64_t now = time::Clock::now();
    if (events[0].revents != 0) {
      if (!hear()) return leave(Parting::hub_gone);
      heard = now;
    }
    if (now - beaten < beat) continue;
    // Who was stopped itself, or got no core, has not listened.
    if (now - std::exchange(beaten, now) > silence_ns_ / 2) heard = now;
    if (now - heard > silence_ns_) return leave(Parting::hub_silent);
    say(socket_.get(), Word::beat);
  }
}

// All that has come. False: the connection has ended.
bool Lifeline::hear() {
  std::array<std::uint8_t, 256> bytes{};
  for (;;) {
    const ssize_t size = recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    if (size <= 0) return false;
    const auto take = [this](Word word, std::int32_t number) { this->heard(word, number); };
    if (!words_.add(bytes.data(), static_cast<std::size_t>(size), take)) return false;
  }
}

void Lifeline::heard(Word word, std::int32_t number) {
  switch (word) {
    case Word::go:
      return reactions_.go();
    case Word::death:
      return reactions_.death(number);
    case Word::leave:
      return leave(Parting::condemned);
    case Word::finish:
    case Word::stay: {
      const std::lock_guard lock(mutex_);
      if (word == Word::finish) say(socket_.get(), Word::parting);
      armed_ = false;
      farewell_ = word == Word::finish ? Farewell::finish : Farewell::stay;
      said_farewell_.notify_all();
      return;
    }
    case Word::beat:
    case Word::parting:
    case Word::ending:
      return;
  }
}

void Lifeline::leave(Parting why) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(armed_, false)) reactions_.leave(why);
  said_farewell_.notify_all();
}

void Lifeline::disarm() {
  const std::lock_guard lock(mutex_);
  armed_ = false;
}

Lifeline::Farewell Lifeline::await_farewell(std::int64_t limit_ns) {
  std::unique_lock lock(mutex_);
  time::wait(said_farewell_, lock, limit_ns, [this] { return !armed_; });
  return farewell_;
}

}  // namespace farm::process
