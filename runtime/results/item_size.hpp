#pragma once

#include <cstddef>
#include <cstdint>

#include "farm/detail/traits.hpp"
#include "wire/kinds.hpp"

namespace farm::results {

/// How frames say the size of packed values, which is one for all or variable_size.
inline std::uint32_t size_on_wire(std::size_t size) {
  return size == variable_size ? wire::variable_item : static_cast<std::uint32_t>(size);
}

}  // namespace farm::results
