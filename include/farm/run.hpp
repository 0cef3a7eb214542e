#pragma once

#include <functional>

#include "farm/client.hpp"

namespace farm {

/// The exit status of a job that was asked to come to its end and leaves something undone: job
/// scripts submit themselves again then. The runtime ends a job with it whose driver heeds
/// Client::drain_requests() and has not returned in time; a driver that returns early should return
/// it, too.
inline constexpr int drained_status = 102;

/// The whole of a farm program: `int main(int argc, char** argv) { return farm::run(argc, argv,
/// drive); }`. Call it once, first thing in main, on every rank.
///
/// Rank 0 runs `drive` and is the hub; the other ranks serve as engines until the driver is through
/// and return then. With one process the driver and one engine share it. When the driver returns,
/// tasks that are still queued or running are completed first. Errors that nobody has looked at are
/// listed on stderr at the end.
///
/// Returns, on rank 0, the driver's value; 1 if the driver threw (its message goes to stderr and
/// running tasks are abandoned); 2 if a --farm option, FARM_ variable or farm.ini is wrong or the
/// ranks run different programs. Other ranks return 0, or the same 2. Throws std::logic_error if
/// called a second time.
///
/// SIGUSR1 and SIGUSR2 drain the job: a driver that heeds Client::drain_requests() comes to its own
/// end; any other is ended, with status 0, when what runs has ended or after --farm-time-margin.
/// So does SIGTERM where there is no launcher, or the driver heeds; otherwise it ends the job at
/// once, as SIGINT does. --farm-time-limit drains it, too. A job that is ended although its driver
/// heeds has the status drained_status. With each signal rank 0 says how many tasks were done;
/// SIGCONT does nothing else.
int run(int argc, char** argv, const std::function<int(Client&)>& drive);

}  // namespace farm
