#pragma once

#include <mpi.h>

#include <cstdint>
#include <memory>
#include <span>

#include "transport/group.hpp"

namespace farm::transport {

/// Groups as MPI communicators made by MPI_Comm_create_group: `parent` is known to all, engines are
/// its ranks. Both block until every member has called its function.
std::unique_ptr<HubGroup> lead_mpi_group(MPI_Comm parent, std::uint32_t number,
                                         std::span<const Peer> engines);
std::unique_ptr<EngineGroup> join_mpi_group(MPI_Comm parent, std::uint32_t number,
                                            std::span<const Peer> engines);

}  // namespace farm::transport
