#pragma once

#include <atomic>
#include <stop_token>

namespace farm::detail {

/// Between the thread that hears signals and the driver.
class Drain {
 public:
  /// The driver heeds it from now on.
  std::stop_token heed() {
    heeded_.store(true, std::memory_order_release);
    return source_.get_token();
  }
  /// Asks the driver to come to its end. False: it does not listen, or not yet.
  bool ask() {
    source_.request_stop();
    return heeded();
  }
  bool heeded() const { return heeded_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> heeded_{false};
  std::stop_source source_;
};

}  // namespace farm::detail
