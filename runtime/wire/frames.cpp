#include "wire/frames.hpp"

namespace farm::wire {

Kind kind_of(std::span<const std::byte> frame) {
  if (frame.empty()) throw FrameError("a frame is empty");
  const auto kind = std::to_integer<std::uint8_t>(frame.front());
  if (kind < static_cast<std::uint8_t>(Kind::common) ||
      kind > static_cast<std::uint8_t>(Kind::last_kind)) {
    throw FrameError("a frame is of unknown kind " + std::to_string(kind));
  }
  return Kind{kind};
}

}  // namespace farm::wire
