#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "process/descriptor.hpp"
#include "process/fork_server.hpp"
#include "process/out_of_memory.hpp"

namespace farm::process {

/// What a rank tells its supervisor; with `started` comes a socket.
enum class Report : char { up = 'u', started = 's', leaving = 'l' };

/// How long a rank may take from its first moment to the end of the start of the whole job. An MPI
/// that waits for a rank which died early would wait for ever.
constexpr std::int64_t start_limit_ns = 300'000'000'000;

/// The loop of a supervisor. See class Supervisor for what it does.
class Supervising {
 public:
  /// `last_words` as for Supervisor::begin.
  Supervising(ForkServer& server, pid_t launcher, pid_t rank, Descriptor control,
              std::function<void()> last_words);
  /// Returns never: the process ends.
  [[noreturn]] void run();

 private:
  void hear_signals();
  void hear_rank();
  void reap();
  void rank_ended(int status);
  void hide(int status);
  void launcher_gone();
  void look_at_time();
  [[noreturn]] void end_by(int signal);

  ForkServer* server_;
  pid_t launcher_;
  pid_t rank_;
  Descriptor control_;
  std::function<void()> last_words_;
  Descriptor signals_;
  Descriptor launcher_lives_;
  Descriptor side_channel_;
  std::int64_t began_;
  OutOfMemoryWatch memory_;
  std::int64_t rank_dies_ = 0;  // when a rank that was asked to end is killed
  bool served_ = true;          // the rank can ask for children
  bool up_ = false;
  bool hides_ = false;
  bool told_to_end_ = false;
  bool hidden_ = false;  // the rank has ended
};

}  // namespace farm::process
