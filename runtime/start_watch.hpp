#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "time/wait.hpp"

namespace farm {

/// Says once that a job does not start: rank 0 waits in MPI for a rank that may never come, and MPI
/// says nothing.
class StartWatch {
 public:
  using Say = std::function<void(const std::string& line)>;

  /// `say` is called from a thread, if this still lives after so many ns.
  explicit StartWatch(Say say, std::int64_t limit_ns = 30'000'000'000);
  /// The job has started.
  ~StartWatch();
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  time::Alarm up_;
  std::thread thread_;
};

}  // namespace farm
