#pragma once

#include <sys/types.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace app {

/// The children of a process, as they are now.
std::vector<pid_t> children_of(pid_t parent);

/// All processes that have not ended, and the sessions that they belong to.
std::vector<std::pair<pid_t, pid_t>> living_processes();

/// Bytes that a command has resident: the sum over its process group and over all that descends
/// from it. What processes share counts for each.
std::uint64_t resident_bytes(pid_t command);

}  // namespace app
