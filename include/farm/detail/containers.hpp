#pragma once

#include <bit>
#include <typeinfo>

#include "farm/detail/archive.hpp"
#include "farm/detail/traits.hpp"

namespace farm::detail {

template <class T>
T take(Reader& reader);

// std::vector<bool> is no range of bools.
template <class T>
concept RawBlock =
    Container<T> && std::ranges::contiguous_range<T> && is_raw<typename T::value_type>;

template <class T>
void put_elements(Writer& writer, const T& range) {
  writer.raw<std::uint64_t>(std::ranges::size(range));
  if constexpr (RawBlock<T>) {
    writer.bytes(std::ranges::data(range),
                 std::ranges::size(range) * sizeof(typename T::value_type));
  } else {
    for (const auto& element : range) put<typename T::value_type>(writer, element);
  }
}

template <class T>
void take_elements(Reader& reader, T& range) {
  using Value = typename T::value_type;
  constexpr std::size_t each = RawBlock<T> ? sizeof(Value) : fixed_size<Value>();
  const std::size_t n = reader.count(each == variable_size ? 1 : each);
  range.clear();
  if constexpr (RawBlock<T> && std::is_default_constructible_v<Value> &&
                requires { range.resize(n); }) {
    range.resize(n);
    reader.bytes(std::ranges::data(range), n * sizeof(Value));
  } else {
    for (std::size_t i = 0; i < n; ++i) range.insert(range.end(), take<Value>(reader));
  }
}

template <class T>
void put_variant(Writer& writer, const T& value) {
  writer.raw<std::uint32_t>(static_cast<std::uint32_t>(value.index()));
  std::visit([&](const auto& held) { put(writer, held); }, value);
}

template <class T, std::size_t i = 0>
T take_variant(Reader& reader, std::uint32_t index) {
  if constexpr (i == std::variant_size_v<T>) {
    throw PayloadError("the payload's variant holds no such alternative");
  } else {
    if (index == i)
      return T(std::in_place_index<i>, take<std::variant_alternative_t<i, T>>(reader));
    return take_variant<T, i + 1>(reader, index);
  }
}

// Through a pointer to its base class only the base of an object would travel.
template <class Pointer>
void check_whole(const Pointer& pointer) {
  using Element = typename Pointer::element_type;
  if constexpr (std::is_polymorphic_v<Element>) {
    if (!pointer) return;
    const Element& element = *pointer;
    if (typeid(element) == typeid(Element)) return;
    throw PayloadError(
        "an object of a derived class does not travel through a pointer to its base");
  }
}

template <class T>
void put(Writer& writer, const T& value) {
  constexpr Form form = form_of<std::remove_const_t<T>>();
  if constexpr (std::is_array_v<T>) {
    for (const auto& element : value) put(writer, element);
  } else if constexpr (form == Form::raw) {
    if constexpr (!std::is_empty_v<T>) writer.raw(value);
  } else if constexpr (form == Form::product) {
    std::apply([&](const auto&... parts) { (put(writer, parts), ...); }, value);
  } else if constexpr (form == Form::container) {
    put_elements(writer, value);
  } else if constexpr (form == Form::array) {
    for (const auto& element : value) put(writer, element);
  } else if constexpr (form == Form::optional || form == Form::pointer) {
    if constexpr (form == Form::pointer) check_whole(value);
    writer.raw<std::uint8_t>(value ? 1 : 0);
    if (value) put(writer, *value);
  } else if constexpr (form == Form::variant) {
    put_variant(writer, value);
  } else {
    serialize_out(writer, value);
  }
}

// Brace initialisation evaluates from left to right, as the parts were put.
template <class... Ts>
std::tuple<Ts...> take_product(Reader& reader, const std::tuple<Ts...>*) {
  return std::tuple<Ts...>{take<Ts>(reader)...};
}
template <class A, class B>
std::pair<A, B> take_product(Reader& reader, const std::pair<A, B>*) {
  return std::pair<A, B>{take<std::remove_const_t<A>>(reader), take<B>(reader)};
}

template <class T>
T take_raw(Reader& reader) {
  if constexpr (std::is_empty_v<T> && std::is_default_constructible_v<T>) {
    return T();
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto value = reader.raw<std::uint8_t>();
    if (value > 1) throw PayloadError("the payload's truth value is neither true nor false");
    return value == 1;
  } else {
    // Types without a default constructor, too.
    std::array<std::byte, sizeof(T)> bytes{};
    if constexpr (!std::is_empty_v<T>) reader.bytes(bytes.data(), sizeof(T));
    return std::bit_cast<T>(bytes);
  }
}

template <class T>
T take(Reader& reader) {
  constexpr Form form = form_of<T>();
  if constexpr (form == Form::raw) {
    return take_raw<T>(reader);
  } else if constexpr (form == Form::product) {
    return take_product(reader, static_cast<const T*>(nullptr));
  } else if constexpr (form == Form::optional) {
    return reader.raw<std::uint8_t>() != 0 ? T(take<typename T::value_type>(reader)) : T();
  } else if constexpr (form == Form::pointer) {
    using Element = typename T::element_type;
    return reader.raw<std::uint8_t>() != 0 ? T(new Element(take<Element>(reader))) : T();
  } else if constexpr (form == Form::variant) {
    return take_variant<T>(reader, reader.raw<std::uint32_t>());
  } else {
    T value{};
    take_into(reader, value);
    return value;
  }
}

template <class T>
void take_into(Reader& reader, T& value) {
  constexpr Form form = form_of<T>();
  if constexpr (form == Form::container) {
    take_elements(reader, value);
  } else if constexpr (form == Form::array || std::is_array_v<T>) {
    for (auto& element : value) take_into(reader, element);
  } else if constexpr (form == Form::serialize || form == Form::none) {
    serialize_in(reader, value);
  } else {
    value = take<T>(reader);
  }
}

}  // namespace farm::detail
