#pragma once

/// For kernels that call MPI themselves: the only header of farm that includes mpi.h. Programs that
/// use it link MPI.
///
/// While any other kernel runs than that of a direct call which may talk to others, a thread of the
/// engine looks for messages now and then, and MPI allows one thread at a time only. A program
/// whose load-balanced kernels call MPI (with MPI_COMM_SELF, say) is run with --farm-listener=none.

#include <mpi.h>

#include "farm/communicator.hpp"
#include "farm/engine.hpp"

namespace farm {

/// The MPI communicator of exactly the engines of this direct call, in the order of the view. It
/// belongs to the farm: do not free it, and do not use `here.communicator()` beside it in the same
/// call. Its errors are returned (MPI_ERRORS_RETURN). For one engine it is MPI_COMM_SELF. Throws
/// what here.communicator() throws.
///
/// Nobody can wake a kernel that waits in an MPI call. If the kernel fails on one engine and
/// another one does not come back within --farm-grace seconds, the call fails with an EngineError
/// for that engine, which does no further work; the job is ended when the driver has returned.
/// Prefer `here.communicator()`, where the others hear of a failure at once and go on to be used.
inline MPI_Comm mpi_communicator(Engine& here) {
  const void* comm = here.communicator().native();
  return comm == nullptr ? MPI_COMM_SELF : *static_cast<const MPI_Comm*>(comm);
}

}  // namespace farm
