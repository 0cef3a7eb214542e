#include "farm_app/run/permutation.hpp"

namespace app {

namespace {

// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t finalize(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

}  // namespace

std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return finalize(finalize(finalize(seed) ^ stream) ^ index);
}

double mixed_unit(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return static_cast<double>(mixed(seed, stream, index) >> 11U) * 0x1p-53;
}

Permutation::Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t stream)
    : size_(size), seed_(seed), stream_(stream) {
  while (half_bits_ < 32 && (std::uint64_t{1} << (2 * half_bits_)) < size) ++half_bits_;
}

std::uint64_t Permutation::operator()(std::uint64_t index) const {
  // The square is at most four times as large, so that four steps suffice in the mean.
  std::uint64_t value = round_trip(index);
  while (value >= size_) value = round_trip(value);
  return value;
}

std::uint64_t Permutation::round_trip(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & mask;
  // Four rounds make a random permutation of a random function (Luby and Rackoff 1988); a few
  // more, for the halves of a short list have few bits.
  for (std::uint64_t round = 0; round < 8; ++round) {
    const std::uint64_t next = left ^ (mixed(seed_, stream_ * 8 + round, right) & mask);
    left = right;
    right = next;
  }
  return (left << half_bits_) | right;
}

}  // namespace app
