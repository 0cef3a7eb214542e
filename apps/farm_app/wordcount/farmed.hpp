#pragma once

#include <farm/farm.hpp>
#include <vector>

#include "farm_app/wordcount/totals.hpp"

namespace app {

/// Counts the words of the splits on the client's engines. Blocks. Throws
/// std::runtime_error, with host and path, where an engine cannot read a
/// document.
Totals count_farmed(farm::Client& client, const std::vector<TextSplit>& splits,
                    const WordRules& rules, std::uint64_t top);

}  // namespace app
