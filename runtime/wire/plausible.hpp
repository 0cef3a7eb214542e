#pragma once

// Checks that the headers of several kinds need.

#include <cstddef>
#include <cstdint>

#include "wire/kinds.hpp"

namespace farm::wire::layout {

/// Whether so many items can stand in a body of this size.
constexpr bool plausible(std::uint64_t count, std::uint32_t item_size, std::size_t body) {
  if (count == 0) return false;
  if (item_size == variable_item) return count <= body / 8;
  return count * item_size == body;
}

/// Whether a reading of a clock in ns lies within a century, so that sums of two do not overflow.
constexpr bool plausible_time(std::int64_t ns) {
  constexpr std::int64_t century = std::int64_t{1} << 62;
  return -century < ns && ns < century;
}

}  // namespace farm::wire::layout
