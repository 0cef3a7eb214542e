#pragma once

#include "farm/detail/bulk.hpp"
#include "farm/detail/session.hpp"
#include "farm/payload.hpp"

namespace farm::detail {

/// The value of an item that has ended. Throws its error; if its bytes do not unpack here, a
/// RemoteError that says so.
template <class T>
T unpacked_value(const BatchRef& batch, std::uint64_t i, const Settled& settled) {
  try {
    if (settled.bulk) return take_bulk<T>(settled.bytes);
    Reader reader(settled.bytes);
    return unpack<T>(reader);
  } catch (...) {
    throw_unpacking_error(batch, i);
  }
}

template <class T>
T settled_value(const BatchRef& batch, std::uint64_t i) {
  return unpacked_value<T>(batch, i, read_value(batch, i));
}

/// The same of an item that is waited for; throws TimeoutError.
template <class T>
T awaited_value(const BatchRef& batch, std::uint64_t i, Deadline deadline) {
  return unpacked_value<T>(batch, i, await_value(batch, i, deadline));
}

}  // namespace farm::detail
