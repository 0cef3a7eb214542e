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

}  // namespace farm::engine
