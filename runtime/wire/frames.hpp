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
///     Probe    the hub's clock; answered at once by Echo. Overtakes what waits
///     Quit     no more frames follow; the engine leaves
///     Group    engines that will act together; answered by Arrived, and then nothing else is done
///              until Go
///     Go       all of the group have arrived: they and the hub join now. Overtakes what waits
///     Leave    the group is not needed any more
///     Transfer a collective call of the group's engines and the hub
///     Condition a predicate that engines must meet to run some tasks: kept under its number until
///              another one gets that number. Forget does not concern it, but must not name its
///              common arguments before then
///     Retract  give the chunk with this ticket back, if it has not started: answered by Returned.
///              Otherwise nothing is answered, because its Done comes or has gone. A chunk of a
///              group is not given back. Overtakes what waits
///     Stop     the chunk with this ticket shall end soon: the kernel is told when it asks; items
///     that
///              have not started end with an error of kind `aborted`, at once where none has
///              started. Overtakes what waits
///     Accepted the tasks of the Spawn with this number are counted, and have ids from `first` on
///     Settled  items of that Spawn have ended. Overtakes what waits, as Accepted and Cancelled do
///     Cancelled answers Cancel: so many items were cancelled or, with `stop`, asked to stop; the
///              Settled of what was cancelled came before
///   engine -> hub
///     Done     the results of a chunk, in the order of its items
///     Echo     a Probe's time and the engine's
///     Arrived  the engine waits for Go
///     Returned the chunk with this ticket has not been run: it was retracted, or the engine does
///              not meet its condition
///     Overdue  an item of the chunk with this ticket is past its limit and has not heeded the
///              request to stop; said once
///     Native   the kernel of the call with this ticket has taken MPI's communicator into its own
///              hands: if another one fails, it may wait where nobody can reach it
///     Spawn    tasks that a kernel submits
///     Waits    from now on the engine runs only chunks of at least this depth, because its kernel
///              waits; 0: any
///     Cancel   cancel what has not started of the Spawn with this number; `stop`: and ask the rest
///              to stop. Answered by Cancelled. Not sent before Accepted has come, nor is Release
///     Output   what tasks have printed, and
///     Publish  what they have published while they run: see spoken.hpp
///     Release  nobody on the engine asks for the results of this Spawn any more; `noticed`:
///              somebody has looked at a failure
///
/// Items and results follow their header in the form that detail::ItemsView reads: of one size,
/// side by side; or with a table of their ends behind them. `item_size` is that size, or
/// `variable_item`.
///
/// A Tasks frame may say that its chunk is a setup (`defines_setup`): the engine remembers under
/// the number `setup` whether it succeeded. Tasks that need a setup name it in `setup`; where it
/// failed they are not run, and every item's result is an error of kind `broken`. 0 is no setup.
/// Tasks that name a `condition` are run only where its predicate, which is called each time, says
/// so; otherwise they come back in a Returned. If it throws, that is the error of every item. Items
/// of a Tasks frame are the tasks `first`, `first + 1` and so on, unless it is `listed`: then their
/// distances from `first`, 32 bits each, stand at the end of its body. An item that runs longer
/// than `limit` ns (0: none) is asked to stop; if its kernel gives up then, its result is an error
/// of kind `timeout`, and of kind `interrupted` if it gives up because of a Stop. An engine hears
/// Retract, Stop and Probe within some milliseconds while a kernel runs; in a call of a group, and
/// where it has no listener, it hears them when the kernel asks whether it shall stop, or has
/// ended.
///
/// A Group's body names its engines in order, as runs of three 32-bit numbers: first rank, step,
/// how many. Tasks that name a group are one call on all of its engines, whose kernels may talk to
/// each other. A Transfer tells an engine to take part in these collective calls of the group, the
/// hub being rank 0 and engine i of the group rank i + 1:
///
///     push     when all have arrived: Ibcast of `size` bytes from the hub
///     scatter  when all have arrived: Iscatterv, `size` bytes for this engine
///     gather   what the engine holds under the names in the body: first its size goes to the hub
///     by
///              an Igather of 8 bytes, then itself by an Igatherv
///
/// push and scatter begin with an Igather of 8 bytes, by which the hub knows that all have arrived,
/// and end with another one. There, and in place of a gather's size,
/// the top bit says that the engine failed; it then also sends a Done with the error as its one
/// result, and takes no part in an Igatherv but with no bytes.
///
/// Tasks that kernels submit are one level deeper than the task that submits them: `depth` counts
/// the levels, and is 0 for what the driver submits. An engine whose kernel waits runs deeper tasks
/// on top of it, and direct calls (`any_depth`), for which others may wait. So its stack is no
/// deeper than the tasks are, and the tasks for which the deepest wait is can always run. Frames to
/// the hub overtake each other: hence the `turn` of Waits, which grows, and an engine sends the
/// Done of a chunk only after all its Spawns have been accepted, so that the hub never counts none
/// left while there are some.
///
/// A Spawn's body is first `common_size` bytes of common arguments, which the engine knows under
/// the number `common`, and then the items. A Settled's body is first the name of the host where
/// they ran, of `host_size` bytes, and then, as `ended` says, the results, nothing, or one error.
///
/// A frame that is cut off, of unknown kind, or whose numbers contradict its size is refused with a
/// FrameError; the receiver ends the run, because the sender must be another program.

#include <cstdint>
#include <span>
#include <vector>

#include "farm/bytes.hpp"
#include "farm/types.hpp"
#include "wire/kinds.hpp"
#include "wire/nested.hpp"
#include "wire/spoken.hpp"

namespace farm::wire {

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
  bool defines_setup = false;
  bool listed = false;
  bool isolated = false;  ///< to be run in a sandbox
  std::uint16_t attempt = 1;
  std::uint32_t ticket = 0;
  TaskId first{};
  std::int64_t limit = 0;  ///< ns; 0: none
  std::uint32_t count = 0;
  std::uint32_t kernel = 0;
  std::uint32_t common = 0;  ///< 0: none
  std::uint32_t setup = 0;   ///< 0: none
  std::uint32_t item_size = 0;
  std::uint32_t group = 0;      ///< 0: none
  std::uint32_t condition = 0;  ///< 0: none
  std::uint32_t depth = 0;
};

struct Probe {
  static constexpr Kind kind = Kind::probe;
  std::int64_t hub_time = 0;
};

struct Quit {
  static constexpr Kind kind = Kind::quit;
};

struct Group {
  static constexpr Kind kind = Kind::group;
  std::uint32_t number = 0;
};

struct Go {
  static constexpr Kind kind = Kind::go;
  std::uint32_t number = 0;
};

struct Leave {
  static constexpr Kind kind = Kind::leave;
  std::uint32_t number = 0;
};

enum class Move : std::uint8_t { push = 1, scatter, gather };

struct Transfer {
  static constexpr Kind kind = Kind::transfer;
  Move move = Move::push;
  std::uint32_t ticket = 0;
  TaskId first{};          ///< of this engine's result
  std::uint64_t size = 0;  ///< bytes that come to this engine
  std::uint32_t code = 0;  ///< the number of the typed code that stores or offers, as a kernel's
  std::uint32_t group = 0;
};

struct Done {
  static constexpr Kind kind = Kind::done;
  bool said = false;  ///< see spoken.hpp
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

struct Arrived {
  static constexpr Kind kind = Kind::arrived;
  std::uint32_t number = 0;
};

struct Native {
  static constexpr Kind kind = Kind::native;
  std::uint32_t number = 0;
};

struct Condition {
  static constexpr Kind kind = Kind::condition;
  std::uint32_t number = 0;
  std::uint32_t kernel = 0;  ///< its result is a packed bool
  std::uint32_t common = 0;  ///< its common arguments, brought before; 0: none
};

struct Retract {
  static constexpr Kind kind = Kind::retract;
  std::uint32_t number = 0;
};

struct Stop {
  static constexpr Kind kind = Kind::stop;
  std::uint32_t number = 0;
};

enum class Why : std::uint8_t { retracted = 1, refused };

struct Returned {
  static constexpr Kind kind = Kind::returned;
  Why why = Why::retracted;
  std::uint32_t ticket = 0;
};

struct Overdue {
  static constexpr Kind kind = Kind::overdue;
  std::uint32_t ticket = 0;
  TaskId first{};  ///< as in the chunk: the ticket may belong to another one by now
};

/// The group of one engine, which needs no joining.
inline constexpr std::uint32_t alone = 0xffffffff;

/// The top bit of a size that an engine reports: it failed.
inline constexpr std::uint64_t failed_size = std::uint64_t{1} << 63;

/// The body of a Group frame for these ranks, in their order.
void encode_ranks(Buffer& frame, std::span<const int> ranks);
/// Throws FrameError if the body is none or names more than `most` ranks.
std::vector<int> decode_ranks(std::span<const std::byte> body, std::size_t most);

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
