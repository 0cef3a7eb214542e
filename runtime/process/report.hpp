#pragma once

#include <string>

#include "process/descriptor.hpp"

namespace farm::process {

/// The value of the variable, or nothing, which is taken out of the environment. Call while there
/// is one thread.
std::string take_variable(const char* name);

/// What the hub tells a launcher script that waits for its outcome: "UP" when the job has started,
/// "ALONE" when it has lost its last engine, "DONE status" when its work is done. By a line in the
/// FIFO that FARM_FIFO names, of which the end without DONE says that the hub is lost; or else as
/// the content of the file that FARM_STATUS_FILE names. In the FIFO "BEAT" comes every few seconds,
/// so that its silence says that the hub is frozen.
class LauncherReport {
 public:
  /// Where a script waits; empty: nowhere.
  struct Place {
    std::string fifo;
    std::string file;

    /// What the environment names, from which it is taken out: what a driver starts is no hub of
    /// that script's. Call while there is one thread.
    static Place take();
  };

  /// Opens the FIFO if somebody reads from it.
  explicit LauncherReport(const Place& place);

  void up() const { say("UP"); }
  void alone() const { say("ALONE"); }
  void beat() const {
    if (fifo_) say("BEAT");
  }
  void done(int status) const { say("DONE " + std::to_string(status)); }
  /// Whether a script waits, which will end the launcher.
  bool awaited() const { return fifo_ || !file_.empty(); }

 private:
  void say(const std::string& line) const;

  Descriptor fifo_;
  std::string file_;
};

}  // namespace farm::process
