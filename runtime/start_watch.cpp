#include "start_watch.hpp"

#include <csignal>
#include <utility>

namespace farm {

StartWatch::StartWatch(Say say, std::int64_t limit_ns)
    : thread_([this, say = std::move(say), limit_ns] {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        if (up_.sleep(limit_ns)) return;
        say("the job has not started after " + std::to_string(limit_ns / 1'000'000'000) +
            " s: rank 0 waits for other ranks, of which one is slow or will not come");
      }) {}

StartWatch::~StartWatch() {
  up_.ring();
  thread_.join();
}

}  // namespace farm
