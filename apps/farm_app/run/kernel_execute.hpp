#pragma once

#include <farm/farm.hpp>

#include "farm_app/run/ending.hpp"
#include "farm_app/run/order.hpp"
#include "farm_app/run/terms.hpp"

/// Kernels of `farm_app run`: `farm::bind(farm::kernel<&run_kernels::execute>, terms)`.
namespace run_kernels {

/// Runs one command by the keeper of this engine's process, and returns when it has ended, however
/// it has ended. What it wrote to stdout and stderr has been handed to Engine::print by then,
/// unless the terms discard it.
///
/// Not to be run in a sandbox (`.isolate = none`): the keeper serves the engine's own process.
///
/// Throws farm::Error, so that the farm tries again elsewhere (`.retries = terms.attempts - 1`):
/// "exit status 3 of: COMMAND", if the command has failed and it is not the last attempt;
/// a sentence about the keeper or the files, if the engine cannot do its work. Throws
/// farm::Interrupted when the task was asked to stop; then the command has been killed.
app::Ending execute(farm::Engine& here, const app::Terms& terms, const app::Order& order);

}  // namespace run_kernels
