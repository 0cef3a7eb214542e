#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "transport/loopback_group.hpp"
#include "transport/transport.hpp"

namespace farm::transport {

/// Peers within one process: a hub and its engines in as many threads, or in one that moves them
/// step by step. A message changes hands without being copied.
class Loopback {
 public:
  /// Endpoints for these peers.
  explicit Loopback(std::size_t peers);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  /// The endpoint of a peer; lives as long as the network.
  Transport& at(Peer peer);

  /// Messages that wait at a peer.
  std::size_t waiting(Peer peer) const;

 private:
  class Endpoint;

  std::shared_ptr<LoopbackGroup> group(std::uint32_t number, std::size_t engines);

  std::mutex mutex_;
  std::map<std::uint32_t, std::weak_ptr<LoopbackGroup>> groups_;  // kept alive by their members
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
};

}  // namespace farm::transport
