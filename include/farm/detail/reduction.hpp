#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "farm/detail/communicator_port.hpp"
#include "farm/detail/number.hpp"
#include "farm/elementwise.hpp"
#include "farm/payload.hpp"

namespace farm::detail {

/// MPI's name of what `Op` does with two values of T, if it has one.
template <class Op, class T>
constexpr std::optional<Operation> operation_of() {
  constexpr auto is = []<template <class> class Known>() {
    return std::same_as<Op, Known<void>> || std::same_as<Op, Known<T>>;
  };
  if (is.template operator()<std::plus>()) return Operation::sum;
  if (is.template operator()<std::multiplies>()) return Operation::product;
  if (std::same_as<Op, Minimum>) return Operation::minimum;
  if (std::same_as<Op, Maximum>) return Operation::maximum;
  if (is.template operator()<std::bit_and>()) return Operation::bit_and;
  if (is.template operator()<std::bit_or>()) return Operation::bit_or;
  if (is.template operator()<std::bit_xor>()) return Operation::bit_xor;
  if (is.template operator()<std::logical_and>()) return Operation::logical_and;
  if (is.template operator()<std::logical_or>()) return Operation::logical_or;
  return std::nullopt;
}

/// How MPI reduces values of T under Op, if it can.
template <class T, class Op>
struct Numbers {
  using Element = T;
  using ElementOp = Op;
  static constexpr bool resizable = false;
};
template <class T, class Op>
struct Numbers<std::vector<T>, Elementwise<Op>> {
  using Element = T;
  using ElementOp = Op;
  static constexpr bool resizable = true;
};
template <class T, std::size_t n, class Op>
struct Numbers<std::array<T, n>, Elementwise<Op>> {
  using Element = T;
  using ElementOp = Op;
  static constexpr bool resizable = false;
};

template <class T, class Op>
constexpr bool reduced_by_mpi() {
  using Element = typename Numbers<T, Op>::Element;
  constexpr std::optional<Number> number = number_of<Element>();
  constexpr auto operation = operation_of<typename Numbers<T, Op>::ElementOp, Element>();
  // std::vector<bool> is no array of bool.
  if constexpr (std::same_as<Element, bool> && !std::same_as<T, bool>) return false;
  if constexpr (!number || !operation) {
    return false;
  } else {
    return reducible(*number, *operation);
  }
}

/// Calls reduce(bytes, number, operation), one of the port's reductions, with a T's numbers.
/// Throws std::invalid_argument, at all ranks, if vectors differ in length.
template <class T, class Op, class Reduce>
T reduce_numbers(CommunicatorPort& port, const T& value, const Reduce& reduce) {
  using Kind = Numbers<T, Op>;
  using Element = typename Kind::Element;
  constexpr Number number = *number_of<Element>();
  constexpr Operation operation = *operation_of<typename Kind::ElementOp, Element>();
  Buffer bytes;
  if constexpr (Kind::resizable) {
    // One call tells the smallest and the largest length, and everybody draws the same conclusion.
    const auto length = static_cast<std::int64_t>(value.size());
    std::array<std::int64_t, 2> lengths{length, -length};
    bytes.append(lengths.data(), sizeof lengths);
    bytes = port.all_reduce(std::move(bytes), Number::int64, Operation::maximum);
    Reader(bytes.span()).bytes(lengths.data(), sizeof lengths);
    if (lengths[0] != -lengths[1]) {
      throw std::invalid_argument("farm::elementwise: the engines' vectors differ in length");
    }
    bytes = Buffer();
    bytes.append(value.data(), value.size() * sizeof(Element));
  } else {
    bytes.append(&value, sizeof value);
  }
  bytes = reduce(std::move(bytes), number, operation);
  T result = value;
  if (bytes.size() == 0) return result;
  if constexpr (Kind::resizable) {
    Reader(bytes.span()).bytes(result.data(), result.size() * sizeof(Element));
  } else {
    Reader(bytes.span()).bytes(&result, sizeof result);
  }
  return result;
}

}  // namespace farm::detail
