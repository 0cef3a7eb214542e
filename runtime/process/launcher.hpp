#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace farm::process {

/// The rank as the launcher says it, before MPI does.
std::optional<int> launched_rank();

/// Whether the launcher goes on when ranks die (Open MPI's recovery mode); it then ignores
/// MPI_Abort, too.
bool launcher_recovers();

/// Waits until the process that started this one has gone, for so many ns at most.
void await_orphanhood(std::int64_t limit_ns);

/// Tells mpirun, if that is what the process is, to end the job at once. Takes a second at most.
void end_launcher(pid_t launcher);

}  // namespace farm::process
