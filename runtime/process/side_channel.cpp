#include "process/side_channel.hpp"

#include <sys/socket.h>

namespace farm::process {

bool say(int socket, Word word, std::int32_t number) {
  std::array<std::uint8_t, 5> bytes{static_cast<std::uint8_t>(word)};
  std::memcpy(bytes.data() + 1, &number, sizeof number);
  const std::size_t size = has_number(word) ? bytes.size() : 1;
  return send(socket, bytes.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(size);
}

}  // namespace farm::process
