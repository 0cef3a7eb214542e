#include "farm_app/run/passing.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace app {

// Empty: that is all for now.
std::string_view Passing::read(std::size_t most) {
  for (;;) {
    const ssize_t n =
        pread(file_, room_->data(), std::min(most, room_->size()), static_cast<off_t>(at_));
    if (n >= 0) return {room_->data(), static_cast<std::size_t>(n)};
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "the output of a command");
    }
  }
}

void Passing::pass(std::string_view text) {
  at_ += text.size();
  sink_(text);
}

void Passing::lines() {
  for (;;) {
    const std::string_view text = read(room_->size());
    const std::size_t end = text.rfind('\n');
    if (end != std::string_view::npos) {
      pass(text.substr(0, end + 1));
    } else if (text.size() == room_->size()) {
      pass(text);
    } else {
      return;
    }
  }
}

void Passing::rest(std::uint64_t end) {
  while (at_ < end) {
    const std::string_view text = read(end - at_);
    if (text.empty()) return;
    pass(text);
  }
}

}  // namespace app
