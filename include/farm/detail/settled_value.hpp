#pragma once

#include "farm/detail/session.hpp"
#include "farm/payload.hpp"

namespace farm::detail {

/// The value of an item that has ended. Throws its error; if its bytes do not unpack here, a
/// RemoteError that says so.
template <class T>
T settled_value(const BatchRef& batch, std::uint64_t i) {
  Reader reader(value_bytes(batch, i));
  try {
    return unpack<T>(reader);
  } catch (...) {
    throw_unpacking_error(batch, i);
  }
}

}  // namespace farm::detail
