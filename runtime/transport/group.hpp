#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace farm::transport {

class EngineComm;

/// A process that messages come from and go to: its MPI rank, or its number in a loopback network.
using Peer = int;

/// A call under way. The memory that it was given must stay until test() has said true.
class Operation {
 public:
  virtual ~Operation() = default;
  /// Whether it is complete. Moves it on; never blocks. Not called again after true.
  virtual bool test() = 0;
};

/// A part of a larger block of bytes.
struct Extent {
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// The hub's end of a group: the hub and some engines, which act together. Collective calls are
/// made by all of them, in the same order everywhere. Each returns at once.
///
/// Sizes have 64 bits. MPI counts with 31: blocks beyond that travel in several calls, and a part
/// that is larger than its share of 31 bits travels by itself (`travels_alone`).
class HubGroup {
 public:
  virtual ~HubGroup() = default;

  /// An engine of it is gone: what is under way never ends, and what MPI has of the group is never
  /// freed. No further call follows.
  virtual void abandon() = 0;

  /// These bytes to every engine.
  virtual std::unique_ptr<Operation> broadcast(std::span<const std::byte> data) = 0;
  /// Part i of the block to engine i; the parts lie in order and do not overlap.
  virtual std::unique_ptr<Operation> scatter(std::span<const std::byte> block,
                                             std::span<const Extent> parts) = 0;
  /// Engine i's bytes to part i of the block.
  virtual std::unique_ptr<Operation> gather(std::span<std::byte> block,
                                            std::span<const Extent> parts) = 0;
};

/// An engine's end of a group.
class EngineGroup {
 public:
  virtual ~EngineGroup() = default;

  virtual std::unique_ptr<Operation> broadcast(std::span<std::byte> data) = 0;
  virtual std::unique_ptr<Operation> scatter(std::span<std::byte> mine) = 0;
  virtual std::unique_ptr<Operation> gather(std::span<const std::byte> mine) = 0;
  /// The engines of the group among themselves.
  virtual EngineComm& engines() = 0;
};

}  // namespace farm::transport
