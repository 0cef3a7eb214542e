#pragma once

#include <algorithm>
#include <optional>

#include "farm/detail/collective_calls.hpp"

namespace farm {

struct ScatterOptions {
  Distribution distribution = Distribution::block;
  /// A part of one element is stored as that element, under Name<T> with the same text.
  bool flatten = false;
  /// So many elements stay together, the rows of a matrix for instance; they must divide the range.
  std::size_t unit = 1;
};

struct GatherOptions {
  /// How the elements had been dealt: round robin puts them back in their order.
  Distribution distribution = Distribution::block;
  std::size_t unit = 1;
};

namespace detail {

/// Number of units in n elements. Throws std::invalid_argument.
inline std::size_t units_of(std::size_t n, std::size_t unit) {
  if (unit == 0 || n % unit != 0) {
    throw std::invalid_argument("units of " + std::to_string(unit) + " elements do not divide " +
                                std::to_string(n) + " elements");
  }
  return n / unit;
}

/// Whether the elements of a range of this type can go as they lie.
template <class T, class Range>
concept LiesReady = BulkBlock<std::vector<T>> && std::ranges::contiguous_range<Range> &&
    std::ranges::sized_range<Range> && std::is_same_v<std::ranges::range_value_t<Range>, T>;

/// Carries elements that lie ready: those of a temporary container are kept with it, those of a
/// view or of a named container are referred to where they are many.
template <class T, class Range>
void carry_range(Collective& call, Range&& range) {
  const auto bytes = std::as_bytes(std::span(std::ranges::data(range), std::ranges::size(range)));
  if (bytes.size() < borrowed_bytes) {
    carry_copy(call, bytes);
  } else if constexpr (!std::is_lvalue_reference_v<Range> && !std::ranges::borrowed_range<Range>) {
    auto owner = std::make_shared<std::remove_cvref_t<Range>>(std::forward<Range>(range));
    carry(call, owner, std::as_bytes(std::span(std::ranges::data(*owner), owner->size())));
  } else {
    call.data = bytes;
    call.borrowed = true;
  }
}

/// The elements in the order in which the parts lie side by side.
template <class T>
std::vector<T> in_order_of_parts(std::vector<T>&& elements, std::size_t targets,
                                 const ScatterOptions& options) {
  if (options.distribution == Distribution::block) return std::move(elements);
  std::vector<T> dealt;
  dealt.reserve(elements.size());
  for (const std::size_t from : dealt_order(elements.size() / options.unit, targets)) {
    for (std::size_t k = 0; k < options.unit; ++k) {
      dealt.push_back(std::move(elements[from * options.unit + k]));
    }
  }
  return dealt;
}

template <class T, class Range>
std::vector<T> collected(Range&& range) {
  std::vector<T> elements;
  if constexpr (std::ranges::sized_range<Range>) elements.reserve(std::ranges::size(range));
  for (auto&& element : range) elements.push_back(static_cast<T>(element));
  return elements;
}

/// Carries packed parts.
template <class T>
void carry_packed(Collective& call, const std::vector<T>& elements, std::size_t targets,
                  std::size_t unit) {
  Buffer buffer;
  Writer writer(buffer);
  const std::size_t units = elements.size() / unit;
  for (std::size_t i = 0; i < targets; ++i) {
    const std::size_t before = buffer.size();
    const std::size_t n = part_size(units, targets, i) * unit;
    const std::size_t first = part_begin(units, targets, i) * unit;
    // As a vector of these elements is packed.
    writer.raw<std::uint64_t>(n);
    for (std::size_t k = 0; k < n; ++k) put<T>(writer, elements[first + k]);
    call.sizes.push_back(buffer.size() - before);
  }
  carry(call, std::move(buffer));
}

template <class T, class Range>
Collective scattering(const std::vector<EngineId>& targets, std::string_view name, Range&& range,
                      const ScatterOptions& options) {
  auto call = collective<direct::Scatter, T>(Collective::Move::scatter, targets,
                                             {{std::string(name)}, options.flatten});
  const std::size_t q = targets.size();
  if constexpr (LiesReady<T, Range>) {
    if (options.distribution == Distribution::block) {
      call.sizes =
          part_sizes(units_of(std::ranges::size(range), options.unit), q, options.unit * sizeof(T));
      carry_range<T>(call, std::forward<Range>(range));
      return call;
    }
  }
  std::vector<T> elements = collected<T>(range);
  const std::size_t units = units_of(elements.size(), options.unit);
  elements = in_order_of_parts(std::move(elements), q, options);
  if constexpr (BulkBlock<std::vector<T>>) {
    call.sizes = part_sizes(units, q, options.unit * sizeof(T));
    carry_range<T>(call, std::move(elements));
  } else {
    carry_packed(call, elements, q, options.unit);
  }
  return call;
}

/// Puts gathered parts, which lie side by side, back into the order that the options name. Throws
/// std::length_error if their sizes are not those of that distribution.
template <class T>
std::vector<T> in_first_order(std::vector<T>&& parts, const std::vector<std::size_t>& sizes,
                              const GatherOptions& options) {
  if (options.distribution == Distribution::block) return std::move(parts);
  const std::size_t units = units_of(parts.size(), options.unit);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == part_size(units, sizes.size(), i) * options.unit) continue;
    throw std::length_error("the parts do not have the sizes of a round-robin distribution");
  }
  // T need not be default-constructible: the inverse order is read from.
  std::vector<std::size_t> from(units);
  std::size_t at = 0;
  for (const std::size_t to : dealt_order(units, sizes.size())) from[to] = at++;
  std::vector<T> elements;
  elements.reserve(parts.size());
  for (const std::size_t unit : from) {
    for (std::size_t k = 0; k < options.unit; ++k) {
      elements.push_back(std::move(parts[unit * options.unit + k]));
    }
  }
  return elements;
}

}  // namespace detail
}  // namespace farm
