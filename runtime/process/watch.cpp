#include "process/watch.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

#include "process/ending.hpp"
#include "process/introduction.hpp"
#include "time/clock.hpp"

namespace farm::process {

namespace {

constexpr std::int64_t introduction_ns = 2'000'000'000;
constexpr std::size_t most_unknown = 64;  // more than there are engines
constexpr std::uint64_t gone = ~std::uint64_t{0};
// What events are about: a listener, the end of the thread, or a connection.
constexpr std::uint64_t first_connection = 1'000;
constexpr std::uint64_t stop_event = first_connection - 1;

void require(bool good, const char* what) {
  if (!good) throw std::system_error(errno, std::generic_category(), what);
}

void watch(int events, int socket, std::uint32_t what, std::uint64_t id, bool on = true) {
  epoll_event event{};
  event.events = what;
  event.data.u64 = id;
  epoll_ctl(events, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, socket, &event);
}

// One connection for each engine may be more than a shell allows.
void allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string seconds(std::int64_t ns) {
  const std::int64_t tenths = (ns + 50'000'000) / 100'000'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

bool same(const Secret& one, const Secret& other) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) difference |= one[i] ^ other[i];
  return difference == 0;
}

}  // namespace

Watch::Watch(Listeners listeners, const Secret& secret, int engines, std::int64_t silence_ns)
    : listeners_(std::move(listeners.sockets)),
      secret_(secret),
      silence_ns_(silence_ns),
      events_(epoll_create1(EPOLL_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      of_rank_(static_cast<std::size_t>(engines) + 1),
      last_id_(first_connection),
      swept_(time::Clock::now()) {
  require(events_ && stop_, "no side channel");
  constexpr std::size_t others = 1'024;
  allow_descriptors(of_rank_.size() + most_unknown + others);
  watch(events_.get(), stop_.get(), EPOLLIN, stop_event);
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    watch(events_.get(), listeners_[i].get(), EPOLLIN, i);
  }
  thread_ = std::thread([this] { run(); });
}

Watch::~Watch() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t rung = write(stop_.get(), &one, sizeof one);
  thread_.join();
}

void Watch::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  const std::int64_t beat = beat_ns(silence_ns_);
  std::array<epoll_event, 256> happened{};
  for (;;) {
    const std::int64_t left = std::max<std::int64_t>(swept_ + beat - time::Clock::now(), 0);
    const int count = epoll_wait(events_.get(), happened.data(), static_cast<int>(happened.size()),
                                 static_cast<int>((left + 999'999) / 1'000'000));
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = happened[static_cast<std::size_t>(i)].data.u64;
      if (id == stop_event) return;
      id < stop_event ? accept_all(listeners_[id].get()) : receive(id);
    }
    if (time::Clock::now() - swept_ >= beat) sweep();
  }
}

void Watch::accept_all(int listener) {
  for (;;) {
    Descriptor socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
      // Without descriptors the listener would be ready for ever.
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) listen(false);
      return;
    }
    if (unknown_ >= of_rank_.size() + most_unknown) {
      ++strangers_;
      continue;
    }
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t id = ++last_id_;
    Connection& connection = connections_[id];
    connection.heard = time::Clock::now();
    watch(events_.get(), socket.get(), EPOLLIN | EPOLLRDHUP, id);
    connection.socket = std::move(socket);
    ++unknown_;
  }
}

void Watch::listen(bool on) {
  if (std::exchange(listening_, on) == on) return;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    watch(events_.get(), listeners_[i].get(), EPOLLIN, i, on);
  }
}

// All that has come on a connection, and its end.
void Watch::receive(std::uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  std::array<std::uint8_t, 256> bytes{};
  for (;;) {
    // What follows an introduction is for the words.
    const std::size_t wanted =
        connection.rank != 0 ? bytes.size() : sizeof(Introduction) - connection.introduction.size();
    const ssize_t size = recv(connection.socket.get(), bytes.data(), wanted, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return drop(id);
    if (connection.rank == 0) {
      connection.introduction.insert(connection.introduction.end(), bytes.begin(),
                                     bytes.begin() + size);
      if (connection.introduction.size() < sizeof(Introduction)) continue;
      introduce(id, connection);
      if (connection.rank == 0) return drop(id);
      continue;
    }
    connection.heard = time::Clock::now();
    const bool good = connection.words.add(bytes.data(), static_cast<std::size_t>(size),
                                           [&](Word word, std::int32_t number) {
                                             if (word == Word::ending)
                                               connection.ending = describe_ending(number);
                                             if (word == Word::parting) part(connection);
                                           });
    if (!good) return drop(id);
  }
}

void Watch::introduce(std::uint64_t id, Connection& connection) {
  Introduction introduction;
  std::memcpy(&introduction, connection.introduction.data(), sizeof introduction);
  const std::int32_t rank = introduction.rank;
  if (!same(introduction.secret, secret_) || rank < 1 ||
      static_cast<std::size_t>(rank) >= of_rank_.size() ||
      of_rank_[static_cast<std::size_t>(rank)] != 0) {
    return;
  }
  connection.rank = rank;
  connection.heard = time::Clock::now();
  of_rank_[static_cast<std::size_t>(rank)] = id;
  --unknown_;
  // Its beats are looked at now and then; only its end is worth a wake-up.
  epoll_event event{};
  event.events = EPOLLRDHUP;
  event.data.u64 = id;
  epoll_ctl(events_.get(), EPOLL_CTL_MOD, connection.socket.get(), &event);
  say(connection.socket.get(), Word::beat);
  if (begun_) say(connection.socket.get(), Word::go);
}

// Beats, and looks who has been silent for too long.
void Watch::sweep() {
  const std::int64_t now = time::Clock::now();
  // Who was stopped itself, or got no core, has not listened.
  const bool slept = now - std::exchange(swept_, now) > silence_ns_ / 2;
  listen(true);
  if (look_) look_();
  std::vector<std::uint64_t> ids;
  ids.reserve(connections_.size());
  for (auto& [id, connection] : connections_) {
    if (slept) connection.heard = now;
    ids.push_back(id);
  }
  for (const std::uint64_t id : ids) {
    receive(id);
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    const Connection& connection = found->second;
    const std::int64_t silence = now - connection.heard;
    if (connection.rank == 0) {
      if (silence > introduction_ns) drop(id);
    } else if (silence > silence_ns_ && !dismissed_) {
      die(connection.rank, "it has been silent for " + seconds(silence));
    } else {
      say(connection.socket.get(), Word::beat);
    }
  }
}

void Watch::drop(std::uint64_t id) {
  const auto found = connections_.find(id);
  const int rank = found->second.rank;
  if (rank == 0) {
    ++strangers_;
    --unknown_;
    connections_.erase(found);
    return;
  }
  const std::string& ending = found->second.ending;
  std::string why = ending.empty() ? "its side channel was closed" : "its process ended: " + ending;
  const bool ended = !ending.empty();
  if (dismissed_) {
    if (!found->second.parted) broken_off_ = true;
    parting_.notify_all();
    connections_.erase(found);
  } else {
    die(rank, std::move(why), ended);
  }
}

void Watch::die(int rank, std::string why, bool ended) {
  std::uint64_t& id = of_rank_[static_cast<std::size_t>(rank)];
  if (id == gone) return;
  if (const auto found = connections_.find(std::exchange(id, gone)); found != connections_.end()) {
    // It may only have been frozen, and wake up.
    say(found->second.socket.get(), Word::leave);
    shutdown(found->second.socket.get(), SHUT_WR);
    connections_.erase(found);
  }
  tell_all(Word::death, rank);
  untaken_.push_back({rank, std::move(why), ended});
  deaths_.fetch_add(1, std::memory_order_release);
}

void Watch::tell_all(Word word, std::int32_t number) {
  for (const auto& [id, connection] : connections_) {
    if (connection.rank != 0) say(connection.socket.get(), word, number);
  }
}

void Watch::every_beat(std::function<void()> look) {
  const std::lock_guard lock(mutex_);
  look_ = std::move(look);
}

void Watch::begin() {
  const std::lock_guard lock(mutex_);
  begun_ = true;
  tell_all(Word::go);
}

void Watch::expect(int rank) {
  const std::lock_guard lock(mutex_);
  of_rank_.resize(static_cast<std::size_t>(rank) + 1);
}

std::vector<Death> Watch::take_deaths() {
  const std::lock_guard lock(mutex_);
  std::vector<Death> deaths(std::make_move_iterator(untaken_.begin()),
                            std::make_move_iterator(untaken_.end()));
  untaken_.clear();
  return deaths;
}

void Watch::condemn(int rank, const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (!dismissed_) die(rank, why);
}

int Watch::arrived() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(
      std::ranges::count_if(of_rank_, [](std::uint64_t id) { return id != 0; }));
}

}  // namespace farm::process
