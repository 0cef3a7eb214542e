// What an engine does for a kernel that waits: it works on.

#include <utility>

#include "engine/server.hpp"

namespace farm::engine {

// The listener stays outside.
void Server::enter() {
  if (running_ != nullptr && running_->kernel != 0 && running_->entered++ == 0) door_.shut();
}

void Server::leave() {
  if (running_ != nullptr && running_->kernel != 0 && --running_->entered == 0) {
    door_.open(running_->kernel);
  }
}

// The kernel may swallow what is thrown here and in help().
bool Server::hear() {
  if (trouble_) std::rethrow_exception(trouble_);
  try {
    const bool given = give_words();
    const bool moved = transport_->poll(*this);
    if (running_->limited) watch_limit();
    speech_.look(full());
    if (self_->stop_point().asked()) self_->stop_point().notify();
    return given || moved;
  } catch (...) {
    trouble_ = std::current_exception();
    throw;
  }
}

bool Server::give_words() {
  if (words_.empty()) return false;
  for (const Bytes& word : std::exchange(words_, {})) {
    session_->take(wire::kind_of(word.span()), word.span());
  }
  return true;
}

bool Server::help(std::uint32_t depth) {
  if (trouble_) std::rethrow_exception(trouble_);
  try {
    return help_out(depth);
  } catch (...) {
    trouble_ = std::current_exception();
    throw;
  }
}

bool Server::help_out(std::uint32_t depth) {
  const bool moved = held_up() && move_on();
  // As in step(): what has been done leaves first.
  if (held_up() || !transport_->drained()) return hear() || moved;
  const std::optional<Waiting::Frame> frame = waiting_.next(depth);
  if (!frame) return hear() || moved;
  if (wire::kind_of(frame->bytes.span()) == wire::Kind::tasks) {
    run_aside(*frame);
  } else {
    take(frame->bytes.span(), false);
  }
  return true;
}

// Runs a chunk on top of the one that waits.
void Server::run_aside(const Waiting::Frame& frame) {
  Engine::TaskState state = self_->suspend();
  run(wire::decode<wire::Tasks>(frame.bytes.span()), frame.stopped);
  self_->resume(std::move(state));
  if (std::exchange(running_->stopped, false)) self_->stop_point().stop_chunk();
}

}  // namespace farm::engine
