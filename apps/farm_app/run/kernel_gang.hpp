#pragma once

#include <farm/farm.hpp>

#include "farm_app/run/ending.hpp"
#include "farm_app/run/order.hpp"
#include "farm_app/run/terms.hpp"

namespace run_kernels {

/// The same as execute() for a command that takes several engines (`.ranks`): the first of them
/// runs it, the others are kept free for it until it has ended. Returns on each rank how it ended.
app::Ending execute_gang(farm::Engine& here, const app::Terms& terms, const app::Order& order);

}  // namespace run_kernels
