#pragma once

#include <sys/types.h>

#include <optional>

namespace farm::process {

/// The rank as the launcher says it, before MPI does.
std::optional<int> launched_rank();

/// Whether the launcher goes on when ranks die (Open MPI's recovery mode); it then ignores
/// MPI_Abort, too.
bool launcher_recovers();

/// Tells mpirun, if that is what the process is, to end the job at once. Takes a second at most.
void end_launcher(pid_t launcher);

}  // namespace farm::process
