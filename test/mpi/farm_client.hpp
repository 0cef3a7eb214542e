#pragma once

#include "farm/farm.hpp"

namespace farm_test {

/// The client of the driver that runs the tests.
farm::Client& client();

}  // namespace farm_test
