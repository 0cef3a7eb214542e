#pragma once

#include <string>

#include "farm_app/run/totals.hpp"

namespace app {

/// What a run came to, for people: "1000 commands: 997 done, 3 failed, 2 retried; 12.3 s on 64
/// engines, efficiency 93 %". What is 0 is left out. Efficiency: the time that commands ran for
/// over engines times `wall`, the seconds that the run took. Ends with a line break.
std::string summary(const RunTotals& totals, int engines, double wall);

}  // namespace app
