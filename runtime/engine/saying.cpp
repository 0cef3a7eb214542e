// What kernels say while they run: from the kernel's own thread, which must enter like a call of
// the session.

#include "engine/server.hpp"

namespace farm::engine {

namespace {

// The transport is the kernel's.
class Inside {
 public:
  explicit Inside(Loop& loop) : loop_(&loop) { loop.enter(); }
  ~Inside() { loop_->leave(); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Loop* loop_;
};

}  // namespace

void Server::begin(TaskId task) {
  if (!speech_.begin_item(task)) return;
  const Inside inside(*this);
  speech_.look();
}

void Server::publish(detail::Publication&& what) {
  const Inside inside(*this);
  speech_.publish(self_->task(), self_->attempt(), std::move(what));
}

// Waits for the hub where it has much to take: it may be slower than the kernel.
void Server::print(Stream stream, std::string_view text) {
  time::Idle idle(silence_);
  while (!text.empty()) {
    {
      const Inside inside(*this);
      if (!full()) {
        const std::string_view piece = text.substr(0, Speech::most_in_frame);
        speech_.print({running_->ticket, static_cast<std::uint16_t>(self_->attempt())},
                      {number(self_->task()), static_cast<std::uint32_t>(piece.size()),
                       static_cast<std::uint32_t>(stream)},
                      piece);
        text.remove_prefix(piece.size());
        continue;
      }
      if (hear()) continue;
    }
    idle.pause();
  }
}

}  // namespace farm::engine
