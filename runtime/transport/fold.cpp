#include "transport/fold.hpp"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace farm::transport {

namespace {

using detail::Number;
using detail::Operation;

template <class T>
T combined(Operation operation, T a, T b) {
  // Sums and products of integers wrap around without undefined behaviour.
  using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
  switch (operation) {
    case Operation::sum:
      return static_cast<T>(static_cast<Wide>(a) + static_cast<Wide>(b));
    case Operation::product:
      return static_cast<T>(static_cast<Wide>(a) * static_cast<Wide>(b));
    case Operation::minimum:
      return b < a ? b : a;
    case Operation::maximum:
      return a < b ? b : a;
    case Operation::logical_and:
      return static_cast<T>(a != T(0) && b != T(0));
    case Operation::logical_or:
      return static_cast<T>(a != T(0) || b != T(0));
    default:
      break;
  }
  if constexpr (std::is_integral_v<T>) {
    if (operation == Operation::bit_and) return static_cast<T>(a & b);
    if (operation == Operation::bit_or) return static_cast<T>(a | b);
    return static_cast<T>(a ^ b);
  } else {
    return a;
  }
}

template <class T>
void fold_as(const Buffer& left, Buffer& values, Operation operation) {
  for (std::size_t at = 0; at < values.size(); at += sizeof(T)) {
    T a{};
    T b{};
    std::memcpy(&a, left.data() + at, sizeof a);
    std::memcpy(&b, values.data() + at, sizeof b);
    b = combined(operation, a, b);
    std::memcpy(values.data() + at, &b, sizeof b);
  }
}

}  // namespace

void fold(const Buffer& left, Buffer& values, Number number, Operation operation) {
  switch (number) {
    case Number::boolean:
      return fold_as<bool>(left, values, operation);
    case Number::int8:
      return fold_as<std::int8_t>(left, values, operation);
    case Number::int16:
      return fold_as<std::int16_t>(left, values, operation);
    case Number::int32:
      return fold_as<std::int32_t>(left, values, operation);
    case Number::int64:
      return fold_as<std::int64_t>(left, values, operation);
    case Number::uint8:
      return fold_as<std::uint8_t>(left, values, operation);
    case Number::uint16:
      return fold_as<std::uint16_t>(left, values, operation);
    case Number::uint32:
      return fold_as<std::uint32_t>(left, values, operation);
    case Number::uint64:
      return fold_as<std::uint64_t>(left, values, operation);
    case Number::single_precision:
      return fold_as<float>(left, values, operation);
    case Number::double_precision:
      return fold_as<double>(left, values, operation);
    case Number::extended_precision:
      return fold_as<long double>(left, values, operation);
  }
}

}  // namespace farm::transport
