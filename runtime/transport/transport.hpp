#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "farm/bytes.hpp"
#include "transport/group.hpp"

namespace farm::transport {

/// Receives what has arrived.
class Sink {
 public:
  /// The bytes are valid during the call. It may send.
  virtual void deliver(Peer from, std::span<const std::byte> message) = 0;

 protected:
  ~Sink() = default;
};

/// Carries messages of any size between the hub and the engines, without knowing what is in them.
/// Used by one thread at a time. No call blocks but
/// those that say so.
///
/// Messages from the hub to one engine arrive in the order in which they were sent. What the hub
/// receives may be in another order. Each message arrives exactly once as long as both processes
/// live.
class Transport {
 public:
  virtual ~Transport() = default;
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// An empty buffer, used before if possible: to be filled and sent.
  virtual Buffer buffer() = 0;
  /// Sends the message, or queues it until the peer has taken what was sent before.
  virtual void send(Peer to, Buffer message) = 0;
  /// Delivers what has arrived and moves what is queued. Returns whether anything happened. An
  /// engine may call it while it is being delivered to.
  virtual bool poll(Sink& sink) = 0;
  /// The peer is gone for ever: what is queued for it and what is sent to it later is dropped, and
  /// nothing of it is delivered any more. Memory that may still be in use for it is kept until the
  /// process ends.
  virtual void lose(Peer peer) = 0;
  /// Whether something sent to this peer waits until the peer has taken what was sent before.
  virtual bool queued(Peer to) const = 0;
  /// Bytes sent to this peer that it has not worked on yet, as far as that is known.
  virtual std::size_t backlog(Peer) const { return 0; }
  /// Whether everything sent has left this process.
  virtual bool drained() const = 0;

  /// The hub joins a group of engines, in this order. `number` is not in use for another group.
  /// Blocks until all of them have called join(), for no longer than that takes if they do.
  virtual std::unique_ptr<HubGroup> lead(std::uint32_t number, std::span<const Peer> engines) = 0;
  /// How many calls of lead() have begun and ended: odd while one is under way. Any thread may ask.
  virtual std::uint64_t joins() const { return 0; }
  /// The same for one of the engines.
  virtual std::unique_ptr<EngineGroup> join(std::uint32_t number,
                                            std::span<const Peer> engines) = 0;
};

}  // namespace farm::transport
