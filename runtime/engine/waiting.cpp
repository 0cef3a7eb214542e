#include "engine/waiting.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "wire/frames.hpp"

namespace farm::engine {

namespace {

bool is_chunk(std::span<const std::byte> frame) {
  return wire::kind_of(frame) == wire::Kind::tasks;
}

}  // namespace

std::optional<Waiting::Frame> Waiting::next(std::uint32_t depth) {
  // What was passed over comes before what came later.
  if (depth == 0 && !postponed_.empty()) return next_postponed(0);
  while (!frames_.empty()) {
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    if (depth == 0 || !is_chunk(frame.bytes.span())) return frame;
    const std::uint32_t own = wire::decode<wire::Tasks>(frame.bytes.span()).header.depth;
    if (own >= depth) return frame;
    postponed_[own].push_back(std::move(frame));
  }
  return next_postponed(depth);
}

// The first of the deepest chunks, if that is deep enough.
std::optional<Waiting::Frame> Waiting::next_postponed(std::uint32_t depth) {
  if (postponed_.empty() || postponed_.rbegin()->first < depth) return std::nullopt;
  const auto deepest = std::prev(postponed_.end());
  Frame frame = std::move(deepest->second.front());
  deepest->second.pop_front();
  if (deepest->second.empty()) postponed_.erase(deepest);
  return frame;
}

// From the back: what is taken back came last.
Waiting::At Waiting::find(std::uint32_t ticket) {
  const auto search = [ticket](Frames& frames) -> At {
    const auto found = std::find_if(frames.rbegin(), frames.rend(), [ticket](const Frame& frame) {
      return is_chunk(frame.bytes.span()) &&
             wire::decode<wire::Tasks>(frame.bytes.span()).header.ticket == ticket;
    });
    return found == frames.rend() ? At() : At{&frames, std::prev(found.base())};
  };
  if (At at = search(frames_); at.frames != nullptr) return at;
  for (auto& [depth, frames] : postponed_) {
    if (At at = search(frames); at.frames != nullptr) return at;
  }
  return {};
}

std::optional<Bytes> Waiting::take(std::uint32_t ticket) {
  const At at = find(ticket);
  if (at.frames == nullptr) return std::nullopt;
  const wire::Tasks header = wire::decode<wire::Tasks>(at.frame->bytes.span()).header;
  if (header.group != 0 && header.group != wire::alone) return std::nullopt;
  Bytes frame = std::move(at.frame->bytes);
  at.frames->erase(at.frame);
  if (at.frames != &frames_ && at.frames->empty()) postponed_.erase(header.depth);
  return frame;
}

void Waiting::stop(std::uint32_t ticket) {
  const At at = find(ticket);
  if (at.frames != nullptr) at.frame->stopped = true;
}

}  // namespace farm::engine
