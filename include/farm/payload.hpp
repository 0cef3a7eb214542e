#pragma once

/// What can travel between the hub and the engines, and how it becomes bytes.
///
/// - Trivially copyable types without pointers travel as their raw bytes (all ranks run the same
///   binary on the same architecture), contiguous ranges of them in one copy.
/// - Strings, the standard containers, tuple, pair, optional, variant and the smart pointers (by
///   value) travel element by element.
/// - Any other class travels through its Boost.Serialization `serialize` member or free function.
///
/// Pointers, references and views (std::span, std::string_view) do not travel: on the other side
/// they would point nowhere.

#include "farm/detail/archive.hpp"
#include "farm/detail/containers.hpp"
#include "farm/detail/traits.hpp"

namespace farm {

/// A type that can be an argument or a result of a kernel.
template <class T>
concept Payload = detail::form_of<T>()
!= detail::Form::none;

/// Appends `value` to the writer's buffer. May throw what the user's serialize throws.
template <Payload T>
void pack(Writer& writer, const T& value) {
  detail::put(writer, value);
}

/// Reads one T. Throws farm::PayloadError if the bytes end too soon or cannot be a T.
template <Payload T>
T unpack(Reader& reader) {
  return detail::take<T>(reader);
}

/// The size of every packed T, or `variable_size` if it depends on the value.
template <class T>
constexpr std::size_t packed_size() {
  return detail::fixed_size<T>();
}

}  // namespace farm
