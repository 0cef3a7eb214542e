#include "transport/loopback.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>

namespace farm::transport {

class Loopback::Endpoint : public Transport {
 public:
  Endpoint(Loopback& network, Peer self) : network_(&network), self_(self) {}

  // What was received is sent again: messages go to and fro, so that each end has what it needs.
  Buffer buffer() override {
    if (pool_.empty()) return {};
    Buffer buffer = std::move(pool_.back());
    pool_.pop_back();
    return buffer;
  }

  void send(Peer to, Buffer message) override {
    if (lost_.contains(to)) return;
    Endpoint& other = *network_->endpoints_.at(static_cast<std::size_t>(to));
    const std::lock_guard lock(other.mutex_);
    other.bytes_ += message.size();
    other.inbox_.emplace_back(self_, std::move(message));
  }

  // One message a poll: a test can stop between any two.
  bool poll(Sink& sink) override {
    std::pair<Peer, Buffer> next;
    {
      const std::lock_guard lock(mutex_);
      if (inbox_.empty()) return false;
      next = std::move(inbox_.front());
      inbox_.pop_front();
      bytes_ -= next.second.size();
    }
    if (lost_.contains(next.first)) return true;
    sink.deliver(next.first, next.second.span());
    if (pool_.size() < pool_size && next.second.capacity() <= largest_pooled) {
      next.second.clear();
      pool_.push_back(std::move(next.second));
    }
    return true;
  }

  void lose(Peer peer) override { lost_.insert(peer); }
  bool queued(Peer) const override { return false; }
  std::size_t backlog(Peer to) const override {
    if (lost_.contains(to)) return 0;
    return network_->endpoints_.at(static_cast<std::size_t>(to))->bytes_;
  }
  bool drained() const override { return true; }

  std::unique_ptr<HubGroup> lead(std::uint32_t number, std::span<const Peer> engines) override {
    return LoopbackGroup::hub(network_->group(number, engines.size()));
  }
  std::unique_ptr<EngineGroup> join(std::uint32_t number, std::span<const Peer> engines) override {
    const auto at = std::find(engines.begin(), engines.end(), self_);
    return LoopbackGroup::engine(network_->group(number, engines.size()),
                                 static_cast<int>(at - engines.begin()));
  }

  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return inbox_.size();
  }

 private:
  static constexpr std::size_t pool_size = 64;
  static constexpr std::size_t largest_pooled = 64 << 10;

  Loopback* network_;
  Peer self_;
  mutable std::mutex mutex_;
  std::deque<std::pair<Peer, Buffer>> inbox_;
  std::atomic<std::size_t> bytes_ = 0;  // in the inbox
  std::vector<Buffer> pool_;
  std::set<Peer> lost_;
};

Loopback::Loopback(std::size_t peers) {
  for (std::size_t peer = 0; peer < peers; ++peer) {
    endpoints_.push_back(std::make_unique<Endpoint>(*this, static_cast<Peer>(peer)));
  }
}

Loopback::~Loopback() = default;

Transport& Loopback::at(Peer peer) { return *endpoints_.at(static_cast<std::size_t>(peer)); }

std::shared_ptr<LoopbackGroup> Loopback::group(std::uint32_t number, std::size_t engines) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<LoopbackGroup>& place = groups_[number];
  std::shared_ptr<LoopbackGroup> group = place.lock();
  if (!group) {
    std::erase_if(groups_, [](const auto& entry) { return entry.second.expired(); });
    groups_[number] = group = std::make_shared<LoopbackGroup>(engines);
  }
  return group;
}

std::size_t Loopback::waiting(Peer peer) const {
  return endpoints_.at(static_cast<std::size_t>(peer))->waiting();
}

}  // namespace farm::transport
