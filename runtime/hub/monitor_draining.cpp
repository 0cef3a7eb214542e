// The end of a job that comes before that of its driver: what anybody may ask of the hub then.

#include <cstdlib>

#include "hub/monitor.hpp"

namespace farm::hub {

namespace {

constexpr std::int64_t nap_ns = 50'000;

}  // namespace

void Monitor::finish_by(detail::Deadline deadline) {
  const Entry entry(*this);
  finish_by_ = deadline;
  hub_->finish_by(deadline);
}

void Monitor::hold() {
  const Entry entry(*this);
  hub_->hold();
}

void Monitor::let_go() {
  const Entry entry(*this);
  hub_->let_go();
}

void Monitor::reopen() {
  const Entry entry(*this);
  hub_->reopen();
}

// The lock is kept to the end: the driver, which knows nothing of all this, must not take the
// errors of what was stopped for those of its tasks. It also makes this thread, which may not be
// the one that MPI knows, the only one that calls MPI.
void Monitor::end(std::int64_t limit_ns,
                  const std::function<void(const Totals&, std::uint64_t)>& say,
                  const std::function<void(bool)>& leave) {
  const Entry entry(*this);
  const std::int64_t deadline = time::Clock::now() + limit_ns;
  const auto until = [&](const auto& done) {
    while (!done() && time::Clock::now() < deadline) {
      if (!pump()) time::sleep_ns(nap_ns);
    }
    return done();
  };
  bool told = false;
  closed_ = true;
  try {
    const std::uint64_t outstanding = hub_->totals().outstanding();
    hub_->stop_running();
    const bool idle = until([&] { return hub_->totals().running == 0; });
    say(hub_->totals(), outstanding);
    if (idle && hub_->stuck() == 0) {
      hub_->quit();
      told = until([&] { return hub_->drained(); });
    }
  } catch (...) {
    // The farm is broken, and ends all the same.
  }
  leave(told);
  std::abort();
}

}  // namespace farm::hub
