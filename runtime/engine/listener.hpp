#pragma once

#include <functional>
#include <thread>

#include "engine/door.hpp"
#include "time/wait.hpp"

namespace farm::engine {

/// A thread that hears the hub while a kernel goes on for long. It naps, and looks only where it
/// has met the same kernel twice, so that short kernels and engines without work pay next to
/// nothing.
class Listener {
 public:
  /// `look` is called inside the door; `after` when it has been left again. What they refer to must
  /// outlive the listener.
  Listener(Door& door, std::function<void()> look, std::function<void()> after);
  /// Ends the thread at once, or when it has left the door.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  void run();

  Door* door_;
  std::function<void()> look_;
  std::function<void()> after_;
  time::Alarm end_;
  std::jthread thread_;
};

}  // namespace farm::engine
