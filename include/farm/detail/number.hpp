#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace farm::detail {

/// The arithmetic types, as far as they differ for a reduction.
enum class Number : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  single_precision,
  double_precision,
  extended_precision,
};

/// The reductions of numbers that MPI has by itself. Booleans know the logical ones only, the bits
/// and the logical ones are for integers.
enum class Operation : std::uint8_t {
  sum,
  product,
  minimum,
  maximum,
  bit_and,
  bit_or,
  bit_xor,
  logical_and,
  logical_or,
};

/// Whether each rank's bytes in a collective call are as many as every other rank's, which spares
/// the ranks to tell each other.
enum class Sizes : std::uint8_t { equal, vary };

/// Nothing if T is no number.
template <class T>
constexpr std::optional<Number> number_of() {
  if constexpr (std::same_as<T, bool>) {
    return Number::boolean;
  } else if constexpr (std::same_as<T, float>) {
    return Number::single_precision;
  } else if constexpr (std::same_as<T, double>) {
    return Number::double_precision;
  } else if constexpr (std::same_as<T, long double>) {
    return Number::extended_precision;
  } else if constexpr (std::is_integral_v<T> && sizeof(T) <= 8) {
    constexpr Number first = std::is_signed_v<T> ? Number::int8 : Number::uint8;
    constexpr int steps = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return static_cast<Number>(static_cast<int>(first) + steps);
  } else {
    return std::nullopt;
  }
}

constexpr std::size_t size_of(Number number) {
  switch (number) {
    case Number::boolean:
      return sizeof(bool);
    case Number::int8:
    case Number::uint8:
      return 1;
    case Number::int16:
    case Number::uint16:
      return 2;
    case Number::int32:
    case Number::uint32:
      return 4;
    case Number::int64:
    case Number::uint64:
      return 8;
    case Number::single_precision:
      return sizeof(float);
    case Number::double_precision:
      return sizeof(double);
    case Number::extended_precision:
      return sizeof(long double);
  }
  return 0;
}

/// Whether a reduction of such numbers by such an operation exists.
constexpr bool reducible(Number number, Operation operation) {
  const bool logical = operation == Operation::logical_and || operation == Operation::logical_or;
  const bool bits = operation >= Operation::bit_and && operation <= Operation::bit_xor;
  if (number == Number::boolean) return logical;
  return number < Number::single_precision || (!logical && !bits);
}

}  // namespace farm::detail
