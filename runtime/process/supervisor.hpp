#pragma once

#include <sys/types.h>

#include <functional>
#include <utility>

#include "process/descriptor.hpp"
#include "process/fork_server.hpp"

namespace farm::process {

/// What stands between the launcher and a rank. The launcher's child becomes the supervisor, which
/// runs no MPI and has one thread; the rank is a child of that. The launcher never learns that an
/// engine has died, and so does not end the job.
///
/// The supervisor ends as the rank ends: with its exit status, by its signal. It stays, and hides
/// the end, if the rank is an engine that was not about to leave, and the job as a whole has
/// started; unless the supervisor itself was sent a signal that ends processes: that is meant for
/// the job. It ends the rank when the launcher goes, and is the server of the rank's sandboxes.
class Supervisor {
 public:
  /// Forks the processes apart and returns in the rank. Call before MPI and before any thread
  /// exists. `hide`: whether there is a supervisor; otherwise this process stays the launcher's
  /// child and the server is a child of it. `last_words`: what the supervisor does when the rank
  /// has died, as long as it can print; may be null. Throws std::system_error.
  static Supervisor begin(ForkServer& server, bool hide, std::function<void()> last_words = {});

  /// This rank has come through the start, but its end is not to be hidden.
  void up() const;
  /// All ranks have come through the start, and this is an engine whose death the hub sees on this
  /// connection: the end of this process is hidden from now on. The supervisor tells the hub how it
  /// ended.
  void started(int side_channel) const;
  /// This rank is about to end: that is not hidden any more.
  void leaving() const;

  /// The process that started this rank.
  pid_t launcher() const { return launcher_; }

 private:
  Supervisor(pid_t launcher, Descriptor control)
      : launcher_(launcher), control_(std::move(control)) {}

  pid_t launcher_;
  Descriptor control_;  // none without a supervisor
};

}  // namespace farm::process
