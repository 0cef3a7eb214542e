#pragma once

#include "policy/events.hpp"

namespace farm::policy {

/// A chunk is asked back if it would have waited for so long, or if what runs before it has run for
/// so long: beside that, the two messages are nothing.
inline constexpr Moment worth_ns = 200'000;

}  // namespace farm::policy
