#pragma once

#include <vector>

#include "farm_app/picture/picture.hpp"

namespace app {

/// The colour of an escape time (see escape_time); black inside. Continuous in the value, cyclic
/// from deep blue over white and amber to night. The cycles grow longer with the value, so that
/// regions of slow escape are no noise.
Colour colour_of(float value);

/// The picture of values that lie row by row.
Picture paint(const std::vector<float>& values, int width, int height);

}  // namespace app
