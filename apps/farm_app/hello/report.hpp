#pragma once

#include <string>

#include "farm_app/hello/cluster.hpp"

namespace app {

/// A table with a line for each host, and below it what all hosts share and what is wrong; `ranks`:
/// and a table with a line for each rank.
std::string report(const Cluster& cluster, bool ranks);

}  // namespace app
