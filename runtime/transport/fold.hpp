#pragma once

#include "farm/bytes.hpp"
#include "farm/detail/number.hpp"

namespace farm::transport {

/// values := left op values, number by number: what MPI's reductions do. The two are of one size,
/// the operation reducible().
void fold(const Buffer& left, Buffer& values, detail::Number number, detail::Operation operation);

}  // namespace farm::transport
