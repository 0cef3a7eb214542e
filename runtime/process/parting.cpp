// The end of a job, for the hub's end of the side channel.

#include <sys/epoll.h>

#include <utility>

#include "process/watch.hpp"
#include "time/wait.hpp"

namespace farm::process {

bool Watch::dismiss(bool stay) {
  const std::lock_guard lock(mutex_);
  stay = stay || deaths() != 0;
  dismissed_ = true;
  for (const auto& [id, connection] : connections_) {
    if (connection.rank == 0) continue;
    ++unparted_;
    // What it says is worth a wake-up now.
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.u64 = id;
    epoll_ctl(events_.get(), EPOLL_CTL_MOD, connection.socket.get(), &event);
  }
  tell_all(stay ? Word::stay : Word::finish);
  return stay;
}

void Watch::part(Connection& connection) {
  if (!dismissed_ || std::exchange(connection.parted, true)) return;
  --unparted_;
  parting_.notify_all();
}

bool Watch::await_partings(std::int64_t limit_ns) {
  std::unique_lock lock(mutex_);
  time::wait(parting_, lock, limit_ns, [this] { return unparted_ == 0 || broken_off_; });
  return unparted_ == 0 && !broken_off_;
}

}  // namespace farm::process
