#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace farm::transport {

/// The rules by which a sender never gets far ahead of a receiver. Measured on Open MPI 4.1 over
/// TCP: bytes that are queued for a process that dies abort the sender, so no peer may have more
/// than `window_bytes` under way; and a receiver that computes for an hour must not collect tens of
/// thousands of unexpected messages.
///
/// The receiver acknowledges what it has worked on in portions of `ack_bytes`. Every message counts
/// as at least `least_cost`, which bounds their number as well.
inline constexpr std::size_t window_bytes = std::size_t{256} << 10;
inline constexpr std::size_t ack_bytes = std::size_t{64} << 10;
inline constexpr std::size_t least_cost = 256;

/// The largest message that travels in one piece. With its headers it stays below the eager limit
/// of Open MPI's TCP (64 KiB): what MPI hands over in a dialogue is waiting when the other end
/// dies, and 4.1 then waits for a lock that it holds itself.
inline constexpr std::size_t piece_bytes = std::size_t{60} << 10;

constexpr std::size_t cost(std::size_t bytes) { return std::max(bytes, least_cost); }

/// Begins each piece of a larger message. Pieces of one message may arrive in any order.
struct PieceHeader {
  std::uint64_t message = 0;  ///< counts the sender's large messages to this peer
  std::uint64_t size = 0;     ///< of the whole message
  std::uint64_t offset = 0;   ///< where this piece belongs
};

}  // namespace farm::transport
