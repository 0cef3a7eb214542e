#pragma once

#include <cstdint>

#include "farm/error.hpp"

namespace farm::wire {

/// What a frame is refused with.
class FrameError : public Error {
 public:
  using Error::Error;
};

/// The first byte of a frame, of which frames.hpp says what it means.
enum class Kind : std::uint8_t {
  common = 1,
  forget,
  tasks,
  probe,
  quit,
  done,
  echo,
  group,
  go,
  leave,
  transfer,
  arrived,
  native,
  condition,
  retract,
  stop,
  returned,
  overdue,
  spawn,
  waits,
  cancel,
  release,
  accepted,
  settled,
  cancelled,
  output,
  publish,
  last_kind = publish
};

/// In place of the size of items of which each has its own.
inline constexpr std::uint32_t variable_item = 0xffffffff;

}  // namespace farm::wire
