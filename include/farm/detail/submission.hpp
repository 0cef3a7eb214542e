#pragma once
// What views hand to the hub.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "farm/bytes.hpp"
#include "farm/detail/common.hpp"
#include "farm/detail/kernel_entry.hpp"
#include "farm/options.hpp"
#include "farm/types.hpp"

namespace farm::detail {

/// A predicate that an engine must meet to run a submission.
struct Requirement {
  const KernelEntry* predicate = nullptr;  ///< its result is a packed bool
  std::shared_ptr<Common> common;          ///< null: none
};

/// Options and stream of a view, shared by all it submits.
struct Route {
  TaskOptions options;
  std::uint64_t id = 0;       ///< unique in the run
  std::uint32_t share = 0;    ///< tasks of different shares take turns
  std::uint32_t setup = 0;    ///< what must have succeeded on an engine before; 0: nothing
  std::uint32_t profile = 0;  ///< the number of the options; 0: those of the run
  std::shared_ptr<const Requirement> requirement;  ///< null: none
};

class BatchRef;

/// What a submission waits for.
struct Dependency {
  std::vector<BatchRef> batches;  ///< all of their items
  std::vector<TaskId> ids;        ///< single tasks, by id
  bool any = false;               ///< one of them is enough
  bool success = true;            ///< one that ended with a value counts
  bool failure = false;           ///< one that ended without counts

  bool empty() const;
};
struct Dependencies {
  Dependency after;   ///< in time
  Dependency follow;  ///< in time, and on an engine where that ran
};

/// The place of a result among a submission's packed arguments, which the hub fills in when it is
/// there: the packed form of a result is that of an argument of the same type.
struct Splice {
  std::size_t offset = 0;  ///< in the bytes of the item, without what earlier splices add
  std::shared_ptr<const BatchRef> source;  ///< of one item
  bool follow = false;  ///< it means something only on the engine where it was made
};

/// Who submits tasks, if that is a kernel.
struct Parent {
  std::uint32_t depth = 0;   ///< of the tasks: one more than the kernel's own; 0: the driver's
  int peer = 0;              ///< the kernel's engine, by its number in the transport
  std::uint32_t number = 0;  ///< that the engine gave them
};

/// By what the next run knows a call again that the journal holds.
enum class Recall : std::uint8_t {
  by_place,    ///< as the n-th call of its share; that its inputs are the same is checked
  by_content,  ///< by its inputs: for calls whose order depends on time
  never,       ///< it runs in every run: what it leaves on its engine is needed
};

/// Tasks on their way from a view to the hub.
struct Submission {
  const KernelEntry* kernel = nullptr;
  std::shared_ptr<Common> common;  ///< null: none
  const Route* route = nullptr;    ///< lives as long as the call of submit
  std::uint64_t count = 0;
  std::size_t item_size = 0;        ///< of each packed item, or variable_size
  Bytes items;                      ///< as ItemsView reads them
  bool repeated = false;            ///< there is one item, which all the count are
  std::uint32_t defines_setup = 0;  ///< the setup whose success or failure this is; 0: none
  std::vector<double> costs;        ///< of each item, in any unit; empty: unknown
  std::shared_ptr<const Dependencies> dependencies;  ///< null: none
  /// In order of their offsets; only for one item, whose bytes are then `items` as they are.
  std::vector<Splice> splices;
  Parent parent;
  Recall recall = Recall::by_place;
  std::uint32_t stream = 0;   ///< that it has its place in: one of its share's; 0: the share itself
  std::string_view label;     ///< in place of the route's; empty: none
  std::uint32_t profile = 0;  ///< in place of the route's; 0: none
};

/// Items [first, first + count) of a direct call are for this engine.
struct Share {
  EngineId engine;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// A collective call of the hub and some engines on its way from a view to the hub. It has one item
/// for each engine, in target order.
struct Collective {
  enum class Move : std::uint8_t {
    push,     ///< the data to every engine
    scatter,  ///< part i of the data to engine i
    gather,   ///< what engine i offers comes back as the result of item i, or lands
  };
  /// Where a gather's parts are wanted, side by side in target order: called with their sizes,
  /// under the session's lock.
  using Landing = std::function<std::span<std::byte>(std::span<const std::uint64_t> sizes)>;

  Move move = Move::push;
  const KernelEntry* code = nullptr;  ///< what the engines do with it
  std::vector<EngineId> targets;
  Buffer request;  ///< for that code
  std::span<const std::byte> data;
  std::vector<std::uint64_t> sizes;   ///< scatter: of each part; they lie side by side
  std::shared_ptr<const void> owner;  ///< keeps the data
  /// The data, or where the parts land, is the caller's own: the last handle to go waits until it
  /// is not needed any more.
  bool borrowed = false;
  Landing landing;               ///< null: parts become results
  std::function<void()> landed;  ///< all parts are there; not called if an engine dies before that
};

}  // namespace farm::detail
