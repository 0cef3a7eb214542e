#pragma once

#include <string>

#include "process/descriptor.hpp"

namespace farm::process {

/// What the hub tells a launcher script that waits for its outcome: "UP" when the job has started,
/// "ALONE" when it has lost its last engine, "DONE status" when its work is done. By a line in the
/// FIFO that FARM_FIFO names, of which the end without DONE says that the hub is lost; or else as
/// the content of the file that FARM_STATUS_FILE names.
class LauncherReport {
 public:
  /// Opens the FIFO if somebody reads from it. Reads the environment.
  LauncherReport();

  void up() const { say("UP"); }
  void alone() const { say("ALONE"); }
  void done(int status) const { say("DONE " + std::to_string(status)); }
  /// Whether a script waits, which will end the launcher.
  bool awaited() const { return fifo_ || !file_.empty(); }

 private:
  void say(const std::string& line) const;

  Descriptor fifo_;
  std::string file_;
};

}  // namespace farm::process
