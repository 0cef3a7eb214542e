#pragma once

#include <memory>
#include <vector>

#include "transport/transport.hpp"

namespace farm::transport {

/// The hub's transport to the engines that were there at the start, and one more to each engine
/// that came later. An engine of these is in no group but its own.
class Joint final : public Transport {
 public:
  /// `peers`: how many the transport has, the hub included.
  Joint(std::unique_ptr<Transport> first, int peers) : first_(std::move(first)), peers_(peers) {}

  /// The peer that will be reached by this transport, in which it is peer 1.
  Peer add(std::unique_ptr<Transport> link);

  Buffer buffer() override { return first_->buffer(); }
  void send(Peer to, Buffer message) override;
  bool poll(Sink& sink) override;
  void lose(Peer peer) override;
  bool queued(Peer to) const override;
  bool drained() const override;
  std::unique_ptr<HubGroup> lead(std::uint32_t number, std::span<const Peer> engines) override;
  std::uint64_t joins() const override { return first_->joins(); }
  std::unique_ptr<EngineGroup> join(std::uint32_t number, std::span<const Peer> engines) override;

 private:
  struct Link {
    std::unique_ptr<Transport> transport;
    bool lost = false;
  };

  bool later(Peer peer) const { return peer >= peers_; }
  Link& link(Peer peer) { return links_[static_cast<std::size_t>(peer - peers_)]; }

  std::unique_ptr<Transport> first_;
  int peers_;
  std::vector<Link> links_;
};

}  // namespace farm::transport
