#pragma once

#include <cstddef>
#include <span>

#include "farm/bytes.hpp"

namespace farm::transport {

/// A process that messages come from and go to: its MPI rank, or its number in a loopback network.
using Peer = int;

/// Receives what has arrived.
class Sink {
 public:
  /// The bytes are valid during the call. It may send.
  virtual void deliver(Peer from, std::span<const std::byte> message) = 0;

 protected:
  ~Sink() = default;
};

/// Carries messages of any size between the hub and the engines, without knowing what is in them.
/// Used by one thread at a time. No call blocks.
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
  /// Delivers what has arrived and moves what is queued. Returns whether anything happened.
  virtual bool poll(Sink& sink) = 0;
  /// Whether everything sent has left this process.
  virtual bool drained() const = 0;
};

}  // namespace farm::transport
