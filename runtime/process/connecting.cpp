// How the side channel's connections come about.

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "process/introduction.hpp"
#include "process/invitation.hpp"
#include "time/clock.hpp"

namespace farm::process {

namespace {

constexpr std::int64_t pause_ns = 100'000'000;
constexpr std::int64_t answer_ns = 1'000'000'000;
constexpr std::int64_t attempt_ns = 3'000'000'000;

struct FreeInfo {
  void operator()(addrinfo* info) const { freeaddrinfo(info); }
};

std::unique_ptr<addrinfo, FreeInfo> look_up(const std::string& address, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
  return std::unique_ptr<addrinfo, FreeInfo>(found);
}

Descriptor open_socket(const addrinfo& info) {
  return Descriptor(socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int port_of(int socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  return ntohs(name.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&name)->sin_port
                                         : reinterpret_cast<sockaddr_in6*>(&name)->sin6_port);
}

bool ready(int socket, short event, std::int64_t deadline) {
  for (;;) {
    const std::int64_t left = deadline - time::Clock::now();
    if (left <= 0) return false;
    pollfd watched{socket, event, 0};
    const int count = poll(&watched, 1, static_cast<int>(left / 1'000'000 + 1));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) return false;
  }
}

// A socket that is connected to the endpoint, if there is no error.
Descriptor reach(const Endpoint& endpoint, std::int64_t deadline, int& error) {
  const auto info = look_up(endpoint.address, endpoint.port);
  Descriptor socket = info ? open_socket(*info) : Descriptor();
  error = EADDRNOTAVAIL;
  if (!socket) return {};
  error = connect(socket.get(), info->ai_addr, info->ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    error = ETIMEDOUT;
    if (ready(socket.get(), POLLOUT, deadline)) {
      getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
  }
  return socket;
}

// One attempt at one endpoint; empty, and a reason, if it fails.
Descriptor attempt(const Endpoint& endpoint, const Introduction& introduction,
                   std::int64_t deadline, std::string& reason) {
  int error = 0;
  Descriptor socket = reach(endpoint, deadline, error);
  reason = std::strerror(error);
  if (error != 0) return {};
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  reason = "it is not answered";
  if (send(socket.get(), &introduction, sizeof introduction, MSG_NOSIGNAL) != sizeof introduction ||
      !ready(socket.get(), POLLIN, deadline)) {
    return {};
  }
  char welcome = 0;
  reason = "the hub turns it away";
  if (recv(socket.get(), &welcome, 1, 0) != 1) return {};
  return socket;
}

}  // namespace

Listeners listen_at(const std::vector<std::string>& addresses) {
  Listeners listeners;
  for (const std::string& address : addresses) {
    const auto info = look_up(address, 0);
    Descriptor socket = info ? open_socket(*info) : Descriptor();
    if (!socket || bind(socket.get(), info->ai_addr, info->ai_addrlen) != 0 ||
        listen(socket.get(), SOMAXCONN) != 0) {
      continue;
    }
    listeners.endpoints.push_back({address, port_of(socket.get())});
    listeners.sockets.push_back(std::move(socket));
  }
  return listeners;
}

Descriptor introduce(const Invitation& invitation, int rank, std::int64_t limit_ns) {
  const std::int64_t deadline = time::Clock::now() + limit_ns;
  const Introduction introduction{invitation.secret, rank};
  std::string reasons = "the hub has no address";
  do {
    if (!invitation.endpoints.empty()) reasons.clear();
    for (const Endpoint& endpoint : invitation.endpoints) {
      std::string reason;
      const std::int64_t until = std::min(deadline, time::Clock::now() + attempt_ns);
      Descriptor socket = attempt(endpoint, introduction, until, reason);
      if (socket) return socket;
      reasons += (reasons.empty() ? "" : ", ") + endpoint.address + " port " +
                 std::to_string(endpoint.port) + ": " + reason;
    }
    if (invitation.endpoints.empty()) break;
    time::sleep_ns(pause_ns);
  } while (time::Clock::now() < deadline);
  throw std::runtime_error("no side channel to the hub (" + reasons + ")");
}

bool answers(const Invitation& invitation) {
  const std::int64_t deadline = time::Clock::now() + answer_ns;
  return std::ranges::any_of(invitation.endpoints, [&](const Endpoint& endpoint) {
    int error = 0;
    reach(endpoint, deadline, error);
    return error == 0 || error == ETIMEDOUT;
  });
}

}  // namespace farm::process
