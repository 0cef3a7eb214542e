#pragma once

/// Everything that a farm program needs.

#include "farm/async_map_result.hpp"
#include "farm/async_result.hpp"
#include "farm/client.hpp"
#include "farm/engine.hpp"
#include "farm/error.hpp"
#include "farm/executor.hpp"
#include "farm/kernel.hpp"
#include "farm/lazy_map.hpp"
#include "farm/load_balanced_view.hpp"
#include "farm/options.hpp"
#include "farm/outcome.hpp"
#include "farm/payload.hpp"
#include "farm/run.hpp"
#include "farm/types.hpp"
#include "farm/wait.hpp"
