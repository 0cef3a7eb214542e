// Tasks that tasks submit: what engines say about them.

#include "hub/hub.hpp"

namespace farm::hub {

bool Hub::receive_nested(transport::Peer from, wire::Kind kind, std::span<const std::byte> frame) {
  switch (kind) {
    case wire::Kind::spawn:
      receive_spawn(from, wire::decode<wire::Spawn>(frame));
      return true;
    case wire::Kind::waits: {
      const wire::Waits waits = wire::decode<wire::Waits>(frame).header;
      if (children_.is_news(from, waits.turn)) {
        const auto peer = static_cast<std::size_t>(from);
        act(scheduler_.wait(members_[member_by_peer_[peer]].info.id, waits.depth, now_));
      }
      return true;
    }
    case wire::Kind::cancel:
      receive_cancel(from, wire::decode<wire::Cancel>(frame).header);
      return true;
    case wire::Kind::release: {
      const wire::Release release = wire::decode<wire::Release>(frame).header;
      Batch* child = children_.find(from, release.number);
      if (child == nullptr) return true;
      children_.disown(*child);
      child->noticed = release.noticed;
      drop(*child);
      return true;
    }
    default:
      return false;
  }
}

void Hub::receive_spawn(transport::Peer from, const wire::Frame<wire::Spawn>& spawn) {
  const Batch* parent = running(from, spawn.header.ticket);
  detail::Route route;
  submit(children_.submission(from, spawn, parent == nullptr ? 0 : parent->share, route));
}

// The batch of a chunk that the engine holds; null if it holds no such chunk.
const Batch* Hub::running(transport::Peer from, std::uint32_t ticket) const {
  if (ticket >= direct_ticket) {
    const std::uint32_t at = ticket - direct_ticket;
    if (at >= direct_.size() || direct_[at].batch == nullptr) return nullptr;
    return member(direct_[at].share.engine).peer == from ? direct_[at].batch : nullptr;
  }
  const policy::Flight* flight = scheduler_.flight(ticket);
  if (flight == nullptr || member(flight->engine).peer != from) return nullptr;
  return batches_[flight->batch];
}

void Hub::receive_cancel(transport::Peer from, const wire::Cancel& asked) {
  Batch* child = children_.find(from, asked.number);
  std::uint64_t count = 0;
  if (child != nullptr) count = asked.stop ? stop(*child) : cancel(*child);
  children_.answer_cancel(from, asked.number, count);
}

void Hub::tell_owner(Batch& batch) {
  children_.forward(batch, now_, [this](EngineId engine) -> const std::string& {
    return member(engine).info.host;
  });
}

}  // namespace farm::hub
