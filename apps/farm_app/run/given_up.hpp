#pragma once

#include <cstdint>
#include <farm/outcome.hpp>
#include <string>

#include "farm_app/run/ending.hpp"
#include "farm_app/run/order.hpp"

namespace app {

/// What is known of a command that the farm has given up for `reason`, for instance with its
/// engine: it started when its task did; where nobody knows that, when it was given up; failing
/// that, `now` (seconds since 1970).
Ending given_up(std::uint64_t seq, const SlottedText& command, const farm::TaskInfo& info,
                const std::string& reason, double now);

}  // namespace app
