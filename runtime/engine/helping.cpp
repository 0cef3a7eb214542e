// What an engine does for a kernel that waits: it works on.

#include <utility>

#include "engine/server.hpp"

namespace farm::engine {

// Nobody but this thread reads the transport here.
void Server::enter() {}
void Server::leave() {}

// Frames are put aside in the order in which they come, for take_waiting() or for step().
bool Server::hear() {
  const bool outer = std::exchange(hearing_, true);
  try {
    const bool moved = transport_->poll(*this);
    hearing_ = outer;
    return moved;
  } catch (...) {
    // The kernel may swallow it.
    broken_ = std::current_exception();
    throw;
  }
}

bool Server::help(std::uint32_t depth) {
  try {
    return help_out(depth);
  } catch (...) {
    broken_ = std::current_exception();
    throw;
  }
}

bool Server::help_out(std::uint32_t depth) {
  const bool moved = held_up() && move_on();
  if (held_up()) return hear() || moved;
  // As in step(): what has been done leaves first.
  if (transport_->drained()) {
    if (take_waiting(depth)) return true;
    if (std::optional<Bytes> frame = next_postponed(depth)) {
      run_aside(*std::move(frame));
      return true;
    }
  }
  return hear() || moved;
}

// Chunks of too little depth are passed over.
bool Server::take_waiting(std::uint32_t depth) {
  while (!waiting_.empty()) {
    Bytes frame = std::move(waiting_.front());
    waiting_.pop_front();
    if (wire::kind_of(frame.span()) != wire::Kind::tasks) {
      take(frame.span());
      return true;
    }
    const std::uint32_t own = wire::decode<wire::Tasks>(frame.span()).header.depth;
    if (own >= depth) {
      run_aside(std::move(frame));
      return true;
    }
    postponed_[own].push_back(std::move(frame));
  }
  return false;
}

// The first of the deepest chunks, if that is deep enough.
std::optional<Bytes> Server::next_postponed(std::uint32_t depth) {
  if (postponed_.empty() || postponed_.rbegin()->first < depth) return std::nullopt;
  const auto deepest = std::prev(postponed_.end());
  Bytes frame = std::move(deepest->second.front());
  deepest->second.pop_front();
  if (deepest->second.empty()) postponed_.erase(deepest);
  return frame;
}

// Runs a chunk on top of the one that waits.
void Server::run_aside(Bytes frame) {
  Engine::TaskState state = self_->suspend();
  run(wire::decode<wire::Tasks>(frame.span()));
  self_->resume(std::move(state));
}

}  // namespace farm::engine
