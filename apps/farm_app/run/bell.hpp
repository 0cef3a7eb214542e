#pragma once

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

#include "farm_app/run/descriptor.hpp"

namespace app {

/// Wakes a thread that waits for descriptors, from any other one.
class Bell {
 public:
  /// Throws std::system_error.
  Bell() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_) throw std::system_error(errno, std::generic_category(), "no eventfd");
  }

  void ring() const { eventfd_write(event_.get(), 1); }
  /// Nobody has rung since.
  void silence() const {
    eventfd_t rung = 0;
    eventfd_read(event_.get(), &rung);
  }
  int descriptor() const { return event_.get(); }

 private:
  Descriptor event_;
};

}  // namespace app
