#pragma once

#include <cstdint>

#include "farm/bytes.hpp"

namespace farm::detail {

/// Packed common arguments, shared by everything that is bound to them.
struct Common {
  Buffer bytes;
  std::uint32_t id = 0;  ///< given by the hub at first use
};

}  // namespace farm::detail
