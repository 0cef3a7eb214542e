#pragma once

#include <farm/farm.hpp>

#include "farm_app/hello/cluster.hpp"

namespace app {

/// Asks every rank where it is, and measures the way to the first engine of each host, for at most
/// about `seconds` in all; 0: nothing is measured.
Cluster look_at_cluster(farm::Client& client, double seconds);

}  // namespace app
