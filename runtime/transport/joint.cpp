#include "transport/joint.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace farm::transport {

namespace {

constexpr Peer other_end = 1;

// Hears a link, and says by which number the hub knows who speaks.
class Renaming final : public Sink {
 public:
  Renaming(Sink& sink, Peer name) : sink_(&sink), name_(name) {}

  void deliver(Peer, std::span<const std::byte> message) override {
    sink_->deliver(name_, message);
  }

 private:
  Sink* sink_;
  Peer name_;
};

}  // namespace

Peer Joint::add(std::unique_ptr<Transport> link) {
  links_.push_back({std::move(link)});
  return peers_ + static_cast<Peer>(links_.size()) - 1;
}

void Joint::send(Peer to, Buffer message) {
  if (!later(to)) return first_->send(to, std::move(message));
  link(to).transport->send(other_end, std::move(message));
}

bool Joint::poll(Sink& sink) {
  bool moved = first_->poll(sink);
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].lost) continue;
    Renaming named(sink, peers_ + static_cast<Peer>(i));
    if (links_[i].transport->poll(named)) moved = true;
  }
  return moved;
}

// The link is kept: MPI may still use its memory.
void Joint::lose(Peer peer) {
  if (!later(peer)) return first_->lose(peer);
  link(peer).lost = true;
  link(peer).transport->lose(other_end);
}

bool Joint::queued(Peer to) const {
  if (!later(to)) return first_->queued(to);
  return links_[static_cast<std::size_t>(to - peers_)].transport->queued(other_end);
}

bool Joint::drained() const {
  return first_->drained() && std::ranges::all_of(links_, [](const Link& link) {
           return link.lost || link.transport->drained();
         });
}

std::unique_ptr<HubGroup> Joint::lead(std::uint32_t number, std::span<const Peer> engines) {
  if (std::ranges::none_of(engines, [this](Peer peer) { return later(peer); })) {
    return first_->lead(number, engines);
  }
  if (engines.size() != 1) throw std::logic_error("an engine that came later is in no group");
  return link(engines.front()).transport->lead(number, std::array{other_end});
}

std::unique_ptr<EngineGroup> Joint::join(std::uint32_t, std::span<const Peer>) {
  throw std::logic_error("the hub leads groups");
}

}  // namespace farm::transport
