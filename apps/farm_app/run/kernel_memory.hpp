#pragma once

#include <cstdint>
#include <farm/farm.hpp>
#include <vector>

#include "farm_app/run/terms.hpp"

namespace app {

/// The engines that commands may run on: with --memfree those whose hosts have so much memory at
/// all, since others would wait for ever. None are named where all may. Throws UsageError if
/// --memfree or --mem is more than any host has.
std::vector<farm::EngineId> engines_with_memory(const farm::Client& client, const Terms& terms);

}  // namespace app
