#pragma once
// Random orders and random numbers that are computed where they are needed, and not stored.

#include <cstdint>

namespace app {

/// 64 bits that look random and depend on nothing but the arguments.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

/// The same as a number in [0, 1).
double mixed_unit(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

/// A random order of 0 ... size - 1, in constant memory: a Feistel network on the smallest square
/// of a power of two that holds them, whose values from `size` on are walked past.
class Permutation {
 public:
  Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t stream);

  /// The element at `index`, which is less than the size.
  std::uint64_t operator()(std::uint64_t index) const;

 private:
  std::uint64_t round_trip(std::uint64_t value) const;

  std::uint64_t size_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  unsigned half_bits_ = 1;
};

}  // namespace app
