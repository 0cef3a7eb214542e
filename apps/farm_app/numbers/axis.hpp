#pragma once
// Round numbers for an axis.

#include <vector>

namespace app {

/// Multiples of 1, 2 or 5 times a power of ten from 0 to at most `largest`, about `count` of them.
/// Only 0 if `largest` is not positive.
std::vector<double> linear_ticks(double largest, int count);

/// Powers of ten in [low, high], with their doubles and fivefolds where these are few: round
/// numbers on a logarithmic axis. Both ends are positive.
std::vector<double> logarithmic_ticks(double low, double high);

}  // namespace app
