#pragma once

#include <vector>

#include "farm/bytes.hpp"
#include "farm/detail/number.hpp"
#include "farm/types.hpp"

namespace farm::detail {

/// What farm::Communicator stands on: message passing on bytes among the engines of one call. Every
/// call may block, and throws PeerError if another engine's kernel has failed; none checks a rank
/// or a tag. Collective calls are made by all ranks in the same order.
class CommunicatorPort {
 public:
  /// Tags from here on, and fewer than `tags`, are the farm's own.
  static constexpr int first_internal_tag = 10'000;
  static constexpr int tags = 10'016;
  /// As `from`: whoever sends.
  static constexpr int any_source = -1;

  virtual ~CommunicatorPort() = default;
  CommunicatorPort() = default;
  CommunicatorPort(const CommunicatorPort&) = delete;
  CommunicatorPort& operator=(const CommunicatorPort&) = delete;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual EngineId engine(int rank) const = 0;

  /// Does not wait for the receiver, within limits that the implementation sets.
  virtual void send(int to, int tag, Buffer message) = 0;
  /// `source` becomes the sender's rank.
  virtual Buffer receive(int from, int tag, int& source) = 0;

  virtual void barrier() = 0;
  /// Everybody gets the root's bytes. With Sizes::equal each value has their size already.
  virtual Buffer broadcast(Buffer value, int root, Sizes sizes) = 0;
  /// One buffer per rank at the root, none elsewhere.
  virtual std::vector<Buffer> gather(Buffer value, int root, Sizes sizes) = 0;
  virtual std::vector<Buffer> all_gather(Buffer value, Sizes sizes) = 0;
  /// Part i goes to rank i; element i of the result comes from rank i.
  virtual std::vector<Buffer> all_to_all(std::vector<Buffer> parts, Sizes sizes) = 0;

  /// Reductions of arrays of numbers, of the same length at all ranks and reducible(). Empty
  /// where a rank gets no result.
  virtual Buffer reduce(Buffer values, Number number, Operation operation, int root) = 0;
  virtual Buffer all_reduce(Buffer values, Number number, Operation operation) = 0;
  /// Rank i gets the reduction of ranks 0 .. i.
  virtual Buffer scan(Buffer values, Number number, Operation operation) = 0;

  /// The MPI_Comm behind it, for kernels that call MPI themselves; null where there is none.
  virtual const void* native() = 0;
};

}  // namespace farm::detail
