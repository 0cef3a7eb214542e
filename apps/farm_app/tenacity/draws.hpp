#pragma once
// Random numbers that are functions of a seed and a position: the same on every rank, at every
// start of the job and in any order.

#include <cstdint>

namespace app {

/// SplitMix64: the 64-bit number at `position` of the stream of `seed` (Steele, Lea and Flood, Fast
/// splittable pseudorandom number generators, OOPSLA 2014).
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t position) {
  std::uint64_t x = seed + (position + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// The same in [0, 1).
constexpr double draw_share(std::uint64_t seed, std::uint64_t position) {
  return static_cast<double>(draw(seed, position) >> 11) * 0x1p-53;
}

}  // namespace app
