#pragma once

#include <cstdint>

#include "process/invitation.hpp"

namespace farm::process {

/// The first bytes that an engine sends on the side channel. All ranks run the same binary.
struct Introduction {
  Secret secret{};
  std::int32_t rank = 0;
};
static_assert(sizeof(Introduction) == 20);

}  // namespace farm::process
