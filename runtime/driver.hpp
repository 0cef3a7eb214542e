#pragma once

#include <functional>
#include <string>
#include <vector>

#include "farm/client.hpp"
#include "hub/hub.hpp"
#include "hub/losses.hpp"
#include "records/journal.hpp"
#include "settings.hpp"
#include "time/clock.hpp"
#include "time_limit.hpp"
#include "transport/transport.hpp"

namespace farm {

/// What rank 0 needs to run the driver.
struct DriverJob {
  const Settings& settings;
  EngineInfo hub;
  std::vector<hub::Member> members;
  bool progress_thread = true;
  time::Silence silence = time::Silence::spin;
  hub::Losses losses = {};
  records::Journal* journal = nullptr;  ///< null: none is kept
  TimeLimit limit = {};
  bool launched = true;  ///< whether there is a launcher
  /// Ends this process, and so the job; `told`: the engines have been told to leave.
  std::function<void(bool told, int status)> leave = {};
  std::string unfinished = {};  ///< the file that says that something is left; empty: none
};

/// Runs the driver over a hub on this transport, completes what is left, reports errors that nobody
/// has looked at and tells the engines to leave. Returns the exit status. `abort` ends the job at
/// once; it is called when a running task stands in the way of an end.
int run_driver(const DriverJob& job, transport::Transport& transport,
               const std::function<int(Client&)>& drive, const std::function<void(int)>& abort);

}  // namespace farm
