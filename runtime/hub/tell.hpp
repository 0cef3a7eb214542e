#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

/// Sends one frame: a header, and the body behind it, of which a copy is made.
template <class Header>
void tell(transport::Transport& transport, transport::Peer peer, const Header& header,
          std::span<const std::byte> body = {}) {
  Buffer frame = transport.buffer();
  wire::encode(frame, header);
  frame.append(body.data(), body.size());
  transport.send(peer, std::move(frame));
}

}  // namespace farm::hub
