#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "farm/bytes.hpp"
#include "farm/detail/number.hpp"

namespace farm::transport {

/// A communication that has been started and completes by being tested. It owns all memory that it
/// sends from or receives into. One that is given up before it is complete goes to
/// EngineComm::abandon, and is not destroyed.
class Exchange {
 public:
  virtual ~Exchange() = default;
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Moves it forward; whether it is complete. Does not block.
  virtual bool test() = 0;
  /// Whether bytes are flowing, as far as is known, and do so while test() is called only: whoever
  /// waits should not sleep now.
  virtual bool flowing() const { return false; }

  /// What a complete exchange received: one buffer, or one per rank. May be taken away.
  std::vector<Buffer>& received() { return received_; }
  /// The rank that a received message came from.
  int source() const { return source_; }

 protected:
  std::vector<Buffer> received_;
  int source_ = -1;
};

/// An engine's kernel has failed in a call.
struct FailureNotice {
  int rank = -1;
  std::uint64_t call = 0;
};

/// Messages and collective calls among a group of engines, on bytes, and notices of who failed.
/// Used by one thread. No call blocks.
///
/// Collective calls are started by all engines in the same order. Results are as
/// detail::CommunicatorPort says.
class EngineComm {
 public:
  using Number = detail::Number;
  using Operation = detail::Operation;
  using Sizes = detail::Sizes;
  /// As `from`: whoever sends.
  static constexpr int any_source = -1;

  virtual ~EngineComm() = default;
  EngineComm() = default;
  EngineComm(const EngineComm&) = delete;
  EngineComm& operator=(const EngineComm&) = delete;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// To another engine. May stay incomplete until the receiver takes the message.
  virtual std::unique_ptr<Exchange> send(int to, int tag, Buffer message) = 0;
  /// At most one receive of a tag is under way at a time.
  virtual std::unique_ptr<Exchange> receive(int from, int tag) = 0;

  virtual std::unique_ptr<Exchange> barrier() = 0;
  virtual std::unique_ptr<Exchange> broadcast(Buffer value, int root, Sizes sizes) = 0;
  virtual std::unique_ptr<Exchange> gather(Buffer value, int root, Sizes sizes) = 0;
  virtual std::unique_ptr<Exchange> all_gather(Buffer value, Sizes sizes) = 0;
  virtual std::unique_ptr<Exchange> all_to_all(std::vector<Buffer> parts, Sizes sizes) = 0;
  virtual std::unique_ptr<Exchange> reduce(Buffer values, Number number, Operation operation,
                                           int root) = 0;
  virtual std::unique_ptr<Exchange> all_reduce(Buffer values, Number number,
                                               Operation operation) = 0;
  virtual std::unique_ptr<Exchange> scan(Buffer values, Number number, Operation operation) = 0;

  /// The MPI_Comm behind it; null where there is none.
  virtual const void* native() const { return nullptr; }

  /// Keeps for ever what may never complete: its memory may be written to at any time.
  void abandon(std::unique_ptr<Exchange> exchange) { abandoned_.push_back(std::move(exchange)); }
  bool abandoned() const { return !abandoned_.empty(); }

  /// Tells the other engines that this one's kernel has failed in this call.
  virtual void notify_failure(std::uint64_t call) = 0;
  /// The notice from another engine about the earliest call so far.
  virtual std::optional<FailureNotice> failure() = 0;

 protected:
  std::vector<std::unique_ptr<Exchange>> abandoned_;
};

}  // namespace farm::transport
