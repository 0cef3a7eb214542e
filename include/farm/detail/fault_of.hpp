#pragma once

#include <cstddef>
#include <span>

#include "farm/detail/fault.hpp"

namespace farm::detail {

/// The kind of an error in the form in which errors travel.
Fault fault_of(std::span<const std::byte> failure);

}  // namespace farm::detail
