#pragma once

#include <optional>
#include <string>
#include <vector>

#include "farm_app/hello/allocation.hpp"
#include "farm_app/hello/place.hpp"

namespace app {

/// What was measured between the hub and the first engine of a host.
struct Link {
  double round_trip = 0;  ///< seconds, of the fastest of many small calls
  double bandwidth = 0;   ///< bytes a second, to the host
  double clock = 0;       ///< seconds that its civil clock is ahead of the hub's
};

/// The ranks of a host.
struct HostGroup {
  std::string host;
  std::vector<Place> places;  ///< in rank order
  std::optional<Link> link;   ///< none: it was not measured, or has no engine

  std::vector<int> ranks() const;
  /// Cores that any of them may use, ascending.
  std::vector<int> cores() const;
  /// Ranks that run kernels.
  std::size_t engines(bool alone) const;
};

/// By host, that of rank 0 first, in the order of ranks.
std::vector<HostGroup> by_host(const std::vector<Place>& places);

/// The whole job.
struct Cluster {
  std::vector<HostGroup> hosts;
  Allocation allocation;
  bool alone = false;  ///< one process: rank 0 runs kernels, too

  std::size_t size() const;
};

/// What is wrong with it, a sentence each, which also says what to do.
std::vector<std::string> warnings(const Cluster& cluster);

}  // namespace app
