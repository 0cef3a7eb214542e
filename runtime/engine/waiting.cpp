#include "engine/waiting.hpp"

#include <algorithm>

#include "wire/frames.hpp"

namespace farm::engine {

// From the back: what is taken back came last.
Waiting::At Waiting::find(std::uint32_t ticket) {
  const auto found = std::find_if(frames_.rbegin(), frames_.rend(), [ticket](const Frame& frame) {
    return wire::kind_of(frame.bytes.span()) == wire::Kind::tasks &&
           wire::decode<wire::Tasks>(frame.bytes.span()).header.ticket == ticket;
  });
  return found == frames_.rend() ? frames_.end() : std::prev(found.base());
}

std::optional<Bytes> Waiting::take(std::uint32_t ticket) {
  const At at = find(ticket);
  if (at == frames_.end()) return std::nullopt;
  const std::uint32_t group = wire::decode<wire::Tasks>(at->bytes.span()).header.group;
  if (group != 0 && group != wire::alone) return std::nullopt;
  Bytes frame = std::move(at->bytes);
  frames_.erase(at);
  return frame;
}

void Waiting::stop(std::uint32_t ticket) {
  const At at = find(ticket);
  if (at != frames_.end()) at->stopped = true;
}

}  // namespace farm::engine
