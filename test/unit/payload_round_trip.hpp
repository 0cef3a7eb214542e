#pragma once

#include <catch2/catch.hpp>
#include <vector>

#include "farm/payload.hpp"

namespace unit {

template <class T>
farm::Buffer packed(const T& value) {
  farm::Buffer buffer;
  farm::Writer writer(buffer);
  farm::pack(writer, value);
  return buffer;
}

/// What arrives where `value` was sent. Checks on the way that every byte is read again, that the
/// size is the one promised, and that the same bytes cut off anywhere are refused.
template <class T>
T through(const T& value) {
  static_assert(farm::Payload<T>);
  const farm::Buffer buffer = packed(value);
  if constexpr (farm::packed_size<T>() != farm::variable_size) {
    CHECK(buffer.size() == farm::packed_size<T>());
  }
  const std::size_t step = 1 + buffer.size() / 512;
  for (std::size_t size = 0; size < buffer.size(); size += step) {
    // A block of its own, so that the address sanitizer sees what is read beyond.
    const farm::Bytes cut(buffer.span().first(size));
    farm::Reader reader(cut.span());
    bool refused = false;
    try {
      farm::unpack<T>(reader);
    } catch (const farm::PayloadError&) {
      refused = true;
    }
    if (!refused) FAIL("the payload was read from " << size << " of " << buffer.size() << " bytes");
  }
  const farm::Bytes whole(buffer.span());
  farm::Reader reader(whole.span());
  T read = farm::unpack<T>(reader);
  CHECK(reader.left() == 0);
  return read;
}

/// Unpacks a T from bytes that say something else.
template <class T, class... Words>
void check_refused(Words... words) {
  farm::Buffer buffer;
  farm::Writer writer(buffer);
  (writer.raw(words), ...);
  const farm::Bytes bytes(buffer.span());
  farm::Reader reader(bytes.span());
  CHECK_THROWS_AS(farm::unpack<T>(reader), farm::PayloadError);
}

}  // namespace unit
