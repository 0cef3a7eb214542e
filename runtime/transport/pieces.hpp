#pragma once

#include <optional>
#include <span>
#include <vector>

#include "farm/bytes.hpp"
#include "transport/window.hpp"

namespace farm::transport {

/// Puts large messages of one sender together from their pieces.
class Pieces {
 public:
  /// Takes a piece with its header; returns the message if it is complete now. Throws
  /// std::runtime_error if the piece cannot belong to any message.
  std::optional<Buffer> add(std::span<const std::byte> piece);

 private:
  struct Partial {
    std::uint64_t message = 0;
    std::uint64_t received = 0;
    Buffer bytes;
  };
  std::vector<Partial> partials_;
};

}  // namespace farm::transport
