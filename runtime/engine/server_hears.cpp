// What an engine does for the hub while a kernel runs: from the listener, inside the door, or from
// the kernel itself.

#include "engine/server.hpp"
#include "time/clock.hpp"

namespace farm::engine {

void Server::listen() {
  const std::int64_t now = time::Clock::now();
  if (now - listened_ < listen_every_ns) return;
  listened_ = now;
  look();
  self_->stop_point().notify();
}

// An error ends the engine when the kernel has ended.
void Server::look() noexcept {
  if (trouble_) return;
  looking_ = true;
  try {
    for (int looks = 0; looks < looks_ahead && transport_->poll(*this);) ++looks;
    if (running_ != nullptr && running_->limited) watch_limit();
    speech_.look(full());
  } catch (...) {
    trouble_ = std::current_exception();
  }
  looking_ = false;
}

void Server::watch_limit() {
  const std::int64_t now = time::Clock::now();
  detail::StopPoint& stop = self_->stop_point();
  stop.watch(now);
  if (running_->overdue || !stop.overdue(now, hearing_.grace_ns)) return;
  running_->overdue = true;
  say(wire::Overdue{running_->ticket, running_->first});
}

void Server::give_back(std::uint32_t ticket) {
  if (waiting_.take(ticket)) say(wire::Returned{wire::Why::retracted, ticket});
}

void Server::stop(std::uint32_t ticket) {
  for (Running* chunk = running_; chunk != nullptr; chunk = chunk->interrupted) {
    if (chunk->ticket != ticket) continue;
    // One that is interrupted is told when it goes on.
    chunk == running_ ? self_->stop_point().stop_chunk() : void(chunk->stopped = true);
    return;
  }
  if (const auto frame = waiting_.take(ticket)) {
    abort_chunk(wire::decode<wire::Tasks>(frame->span()).header);
  } else {
    waiting_.stop(ticket);
  }
}

}  // namespace farm::engine
