#pragma once

#include <mpi.h>

namespace farm::transport {

/// Throws std::runtime_error with MPI's own words unless the code is MPI_SUCCESS.
void check(int code, const char* what);

}  // namespace farm::transport
