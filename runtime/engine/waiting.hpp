#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "farm/bytes.hpp"

namespace farm::engine {

/// Frames that an engine has received and not worked on, in their order.
class Waiting {
 public:
  struct Frame {
    Bytes bytes;
    bool stopped = false;  ///< a chunk that shall not run
  };

  bool empty() const { return frames_.empty(); }
  void add(std::span<const std::byte> frame) { frames_.push_back({Bytes(frame)}); }
  Frame next() {
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

  /// Takes out the chunk with this ticket; nothing if it does not wait, or is part of a call that
  /// other engines take part in.
  std::optional<Bytes> take(std::uint32_t ticket);
  /// Marks the chunk with this ticket, if it waits.
  void stop(std::uint32_t ticket);

 private:
  using At = std::deque<Frame>::iterator;
  At find(std::uint32_t ticket);

  std::deque<Frame> frames_;
};

}  // namespace farm::engine
