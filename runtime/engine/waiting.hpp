#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>

#include "farm/bytes.hpp"

namespace farm::engine {

/// Frames that an engine has received and not worked on, in their order; but a kernel that waits
/// passes over chunks that are not deep enough to run on top of it.
class Waiting {
 public:
  struct Frame {
    Bytes bytes;
    bool stopped = false;  ///< a chunk that shall not run
  };

  bool empty() const { return frames_.empty() && postponed_.empty(); }
  void add(std::span<const std::byte> frame) { frames_.push_back({Bytes(frame)}); }
  /// What comes next, if a kernel that waits for chunks of this depth or a greater one may be
  /// interrupted by it. Any frame may if the depth is 0.
  std::optional<Frame> next(std::uint32_t depth);

  /// Takes out the chunk with this ticket; nothing if it does not wait, or is part of a call that
  /// other engines take part in.
  std::optional<Bytes> take(std::uint32_t ticket);
  /// Marks the chunk with this ticket, if it waits.
  void stop(std::uint32_t ticket);

 private:
  using Frames = std::deque<Frame>;
  struct At {
    Frames* frames = nullptr;  // null: not found
    Frames::iterator frame;
  };
  At find(std::uint32_t ticket);
  std::optional<Frame> next_postponed(std::uint32_t depth);

  Frames frames_;
  std::map<std::uint32_t, Frames> postponed_;  // chunks that came before those, by depth
};

}  // namespace farm::engine
