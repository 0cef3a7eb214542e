#pragma once

/// What kernels say while they run: what they print (by Engine::print, or to stdout and stderr
/// where that is captured), and what they publish.
///
///   engine -> hub
///     Output   what tasks of a chunk have printed, in parts as they came. With
///              `ends` it is the last word of the chunk, and may be empty. Under `no_ticket`: what
///              no task wrote
///     Publish  the value that a task shows under a name from now on, or how far it is
///
/// An engine numbers these frames from 1 on by `turn`, and the hub takes them in that order. A Done
/// that says `said` counts when the Output has been taken that ends its chunk.
///
/// An Output's body is a sequence of parts, each an OutputPart and its bytes. A Publish's body is
/// the name, of `name_size` bytes, and the packed value; or, with `progress`, a text.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "farm/types.hpp"
#include "wire/kinds.hpp"

namespace farm::wire {

struct Output {
  static constexpr Kind kind = Kind::output;
  bool ends = false;
  std::uint16_t attempt = 1;
  std::uint32_t turn = 0;
  std::uint32_t ticket = 0;
  std::uint64_t dropped = 0;  ///< bytes that were too much for the engine
};

struct OutputPart {
  std::uint64_t task = 0;    ///< no_task: no task wrote it
  std::uint32_t size = 0;    ///< of what follows
  std::uint32_t stream = 1;  ///< 1: stdout; 2: stderr
};

inline constexpr std::uint64_t no_task = ~std::uint64_t{0};
inline constexpr std::uint32_t no_ticket = ~std::uint32_t{0};

struct Publish {
  static constexpr Kind kind = Kind::publish;
  bool progress = false;
  std::uint16_t attempt = 1;
  std::uint32_t turn = 0;
  TaskId task{};
  std::uint64_t version = 0;  ///< how often the task has published in this attempt
  std::uint64_t type = 0;     ///< equal for values of one type
  double fraction = 0;        ///< of a progress
  std::uint32_t name_size = 0;
};

/// Calls `f(part, bytes)` for each part of an Output's body. Throws FrameError if it is none.
template <class F>
void each_output(std::span<const std::byte> body, F&& f) {
  while (!body.empty()) {
    OutputPart part;
    if (body.size() < sizeof part) throw FrameError("a part of an output is cut off");
    std::memcpy(&part, body.data(), sizeof part);
    body = body.subspan(sizeof part);
    if (part.size > body.size() || part.stream < 1 || part.stream > 2) {
      throw FrameError("a part of an output contradicts its size");
    }
    f(part, body.first(part.size));
    body = body.subspan(part.size);
  }
}

}  // namespace farm::wire
