// The end of a job that comes before that of its driver.

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

void Hub::finish_by(std::optional<std::int64_t> deadline) {
  now_ = time::Clock::now();
  act(policy::Actions(scheduler_.finish_by(deadline, now_)));
}

void Hub::hold() {
  now_ = time::Clock::now();
  act(policy::Actions(scheduler_.close(now_)));
}

void Hub::let_go() {
  hold();
  // By number, since what is cancelled may end others. NOLINTNEXTLINE(modernize-loop-convert)
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    // What tasks have submitted belongs to what runs.
    if (batches_[i] != nullptr && terms_[batches_[i]->terms].depth == 0) cancel(*batches_[i]);
  }
  act(policy::Actions(scheduler_.reopen(now_)));
}

void Hub::reopen() {
  now_ = time::Clock::now();
  act(policy::Actions(scheduler_.reopen(now_)));
}

void Hub::stop_running() {
  now_ = time::Clock::now();
  ask_to_stop([](const Batch&) { return true; });
}

}  // namespace farm::hub
