#include "process/supervisor.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <system_error>

#include "process/supervising.hpp"

namespace farm::process {

namespace {

void tell(int control, Report report, int socket = -1) {
  if (control < 0) return;
  char byte = static_cast<char>(report);
  iovec content{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  if (socket >= 0) {
    message.msg_control = space.data();
    message.msg_controllen = space.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof socket);
    std::memcpy(CMSG_DATA(header), &socket, sizeof socket);
  }
  sendmsg(control, &message, MSG_NOSIGNAL);
}

}  // namespace

Supervisor Supervisor::begin(ForkServer& server, bool hide, std::function<void()> last_words) {
  const pid_t launcher = getppid();
  if (!hide) {
    server.fork_apart();
    return {launcher, Descriptor()};
  }
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "no socket for a supervisor");
  }
  Descriptor rank_end(ends[0]);
  Descriptor own_end(ends[1]);
  // What is left in them would be printed by both processes.
  std::cout.flush();
  std::fflush(nullptr);
  // What the rank starts and leaves behind comes to its supervisor.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t supervisor = getpid();
  const pid_t rank = fork();
  if (rank < 0) throw std::system_error(errno, std::generic_category(), "no process for the rank");
  if (rank == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor) _exit(1);
    server.become_rank();
    return {launcher, std::move(rank_end)};
  }
  rank_end.reset();
  server.become_server();
  Supervising(server, launcher, rank, std::move(own_end), std::move(last_words)).run();
}

void Supervisor::up() const { tell(control_.get(), Report::up); }

void Supervisor::started(int side_channel) const {
  tell(control_.get(), Report::started, side_channel);
}

void Supervisor::leaving() const { tell(control_.get(), Report::leaving); }

}  // namespace farm::process
