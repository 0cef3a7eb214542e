#include "farm_app/run/keeper_sockets.hpp"

#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace app::keeper {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Room for the descriptors of a message, as sendmsg(2) wants it.
union Ancillary {
  cmsghdr header;
  char room[CMSG_SPACE(most_descriptors * sizeof(int))];
};

std::vector<Descriptor> descriptors_of(msghdr& message) {
  std::vector<Descriptor> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof descriptor, sizeof descriptor);
      descriptors.emplace_back(descriptor);
    }
  }
  return descriptors;
}

}  // namespace

bool send(int socket, std::string_view bytes, std::span<const int> descriptors) {
  iovec text{const_cast<char*>(bytes.data()), bytes.size()};
  Ancillary ancillary = {};
  msghdr message = {};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = ancillary.room;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  for (;;) {
    if (sendmsg(socket, &message, MSG_NOSIGNAL) >= 0) return true;
    if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN) return false;
    if (errno != EINTR) fail("a message to or from the keeper of commands");
  }
}

std::optional<Parcel> receive(int socket) {
  Parcel parcel;
  std::array<char, most_bytes> room;
  iovec text{room.data(), room.size()};
  Ancillary ancillary = {};
  msghdr message = {};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.room;
  message.msg_controllen = sizeof ancillary.room;
  ssize_t size = -1;
  do {
    size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno != ECONNRESET) fail("a message to or from the keeper of commands");
  if (size <= 0) return std::nullopt;
  parcel.bytes.assign(room.data(), static_cast<std::size_t>(size));
  parcel.descriptors = descriptors_of(message);
  return parcel;
}

Descriptor file_with(std::string_view bytes) {
  Descriptor file(memfd_create("farm-command", MFD_CLOEXEC));
  if (!file) fail("no file in memory");
  while (!bytes.empty()) {
    const ssize_t n = write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("a file in memory");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) fail("a file in memory");
  return file;
}

std::string contents_of(int file) {
  std::string bytes;
  const off_t size = lseek(file, 0, SEEK_END);
  if (size > 0) bytes.resize(static_cast<std::size_t>(size));
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = pread(file, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("a file in memory");
    at += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace app::keeper
