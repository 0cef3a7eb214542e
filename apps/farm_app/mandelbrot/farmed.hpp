#pragma once

#include <farm/farm.hpp>

#include "farm_app/mandelbrot/run.hpp"
#include "farm_app/mandelbrot/settings.hpp"

namespace app {

/// Computes the scene's values on the client's engines. Blocks until all are there; shows progress
/// if stderr is a terminal. Throws what a failed task threw (farm::RemoteError).
FarmedRun compute_farmed(farm::Client& client, const Settings& settings);

}  // namespace app
