#include "farm/nested.hpp"

#include "farm/error.hpp"

namespace farm {

LoadBalancedView Engine::load_balanced() {
  if (session_ == nullptr) {
    throw Error("there is no farm here to submit to: a kernel in a sandbox (`isolate`) has none");
  }
  return {*session_, session_->new_route(session_->default_options(), 0, 0)};
}

Engine::TaskState Engine::suspend() {
  TaskState state;
  state.task = task_;
  state.attempt = attempt_;
  state.stop = stop_.suspend();
  state.communicator = std::exchange(communicator_, nullptr);
  if (std::exchange(seeded_, false)) state.stream = std::make_unique<std::mt19937_64>(stream_);
  return state;
}

void Engine::resume(TaskState&& state) {
  task_ = state.task;
  attempt_ = state.attempt;
  stop_.resume(std::move(state.stop));
  communicator_ = state.communicator;
  seeded_ = state.stream != nullptr;
  if (seeded_) stream_ = *state.stream;
}

}  // namespace farm
