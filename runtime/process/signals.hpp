#pragma once

#include <functional>
#include <thread>

namespace farm::process {

/// From now on a write to a pipe or socket that nobody reads fails and does not end the process:
/// MPI writes to the sockets of processes that have died. Programs that this one starts are not
/// affected.
void survive_broken_pipes();

/// Receives SIGINT, SIGTERM, SIGCONT, SIGUSR1 and SIGUSR2 in a thread of its own, where more can be
/// done than in a handler, and without a global. The signals are blocked everywhere else, except in
/// programs that this one starts.
class SignalWatcher {
 public:
  /// Blocks the signals in this thread and those it will start. Call before any thread exists.
  static void block();
  /// Gives them their default meaning back in this thread; but SIGUSR1 and SIGUSR2, which launchers
  /// pass on to all ranks for the sake of rank 0, mean nothing then.
  static void unblock();

  /// `react` is called with each signal, one at a time.
  explicit SignalWatcher(std::function<void(int)> react);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch() const;

  std::function<void(int)> react_;
  int signals_;
  int stop_;
  std::thread thread_;
};

}  // namespace farm::process
