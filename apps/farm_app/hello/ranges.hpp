#pragma once

#include <string>
#include <vector>

namespace app {

/// Ascending numbers as people write them: "0-3,8,10-11". Empty for none.
std::string ranges(const std::vector<int>& numbers);

}  // namespace app
