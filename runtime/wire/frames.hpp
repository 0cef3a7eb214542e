#pragma once

/// The protocol between the hub and the engines. This page is all of it.
///
/// A frame is a header of fixed size and what follows it. Numbers stand in the byte order of the
/// machine: all ranks run one binary on one architecture, which the start of the run checks. Frames
/// from the hub to one engine arrive in the order in which they were sent; frames to the hub may
/// overtake each other.
///
///   hub -> engine
///     Common   a bound kernel's common arguments: kept under their number until Forget
///     Forget   the common arguments of this number are not needed any more
///     Tasks    a chunk: items of one kernel, to be answered by one Done with the same ticket
///     Probe    the hub's clock; answered at once by Echo
///     Quit     no more frames follow; the engine leaves
///   engine -> hub
///     Done     the results of a chunk, in the order of its items
///     Echo     a Probe's time and the engine's
///
/// Items and results follow their header in the form that detail::ItemsView reads: of one size,
/// side by side; or with a table of their ends behind them. `item_size` is that size, or
/// `variable_item`.
///
/// A Tasks frame may say that its chunk is a setup (`defines_setup`): the engine remembers under
/// the number `setup` whether it succeeded. Tasks that need a setup name it in `setup`; where it
/// failed they are not run, and every item's result is an error of kind `broken`. 0 is no setup.
///
/// A frame that is cut off, of unknown kind, or whose numbers contradict its size is refused with a
/// FrameError; the receiver ends the run, because the sender must be another program.

#include <cstdint>
#include <span>

#include "farm/bytes.hpp"
#include "farm/error.hpp"
#include "farm/types.hpp"

namespace farm::wire {

class FrameError : public Error {
 public:
  using Error::Error;
};

enum class Kind : std::uint8_t { common = 1, forget, tasks, probe, quit, done, echo };

inline constexpr std::uint32_t variable_item = 0xffffffff;

struct Common {
  static constexpr Kind kind = Kind::common;
  std::uint32_t number = 0;
};

struct Forget {
  static constexpr Kind kind = Kind::forget;
  std::uint32_t number = 0;
};

struct Tasks {
  static constexpr Kind kind = Kind::tasks;
  std::uint8_t defines_setup = 0;
  std::uint16_t attempt = 1;
  std::uint32_t ticket = 0;
  TaskId first{};
  std::uint32_t count = 0;
  std::uint32_t kernel = 0;
  std::uint32_t common = 0;  ///< 0: none
  std::uint32_t setup = 0;   ///< 0: none
  std::uint32_t item_size = 0;
};

struct Probe {
  static constexpr Kind kind = Kind::probe;
  std::int64_t hub_time = 0;
};

struct Quit {
  static constexpr Kind kind = Kind::quit;
};

struct Done {
  static constexpr Kind kind = Kind::done;
  std::uint16_t attempt = 1;
  std::uint32_t ticket = 0;
  TaskId first{};
  std::int64_t started = 0;  ///< ns of the engine's clock
  std::int64_t run = 0;      ///< ns that the items took together
  std::uint32_t count = 0;
  std::uint32_t item_size = 0;
};

struct Echo {
  static constexpr Kind kind = Kind::echo;
  std::int64_t hub_time = 0;
  std::int64_t engine_time = 0;
};

/// A frame taken apart: the header, and the bytes behind it, which are the frame's own.
template <class Header>
struct Frame {
  Header header;
  std::span<const std::byte> body;
};

/// The kind of a frame; throws FrameError if it is none.
Kind kind_of(std::span<const std::byte> frame);

/// Bytes that a header takes in a frame.
template <class Header>
constexpr std::size_t header_size();

/// Appends the header; the body is appended by the caller.
template <class Header>
void encode(Buffer& frame, const Header& header);

/// Overwrites the header at the beginning of a frame.
template <class Header>
void encode_at(std::byte* frame, const Header& header);

/// Throws FrameError if the frame is of another kind, cut off, or contradicts itself.
template <class Header>
Frame<Header> decode(std::span<const std::byte> frame);

}  // namespace farm::wire

#include "wire/frames_layout.hpp"
