#pragma once

#include <cstddef>
#include <cstdint>

namespace farm {

/// How the elements of a range are dealt to q engines.
enum class Distribution : std::uint8_t {
  /// Contiguous parts whose sizes differ by at most one; the first n mod q get one more.
  block,
  /// Element i goes to engine i mod q.
  round_robin,
};
inline constexpr Distribution block = Distribution::block;
inline constexpr Distribution round_robin = Distribution::round_robin;

/// How many of n elements engine i of q gets; the same for both distributions.
constexpr std::size_t part_size(std::size_t n, std::size_t q, std::size_t i) {
  return n / q + (i < n % q ? 1 : 0);
}

/// Where engine i's block begins.
constexpr std::size_t part_begin(std::size_t n, std::size_t q, std::size_t i) {
  return i * (n / q) + (i < n % q ? i : n % q);
}

}  // namespace farm
