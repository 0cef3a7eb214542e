#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "farm/bytes.hpp"

namespace farm::transport {

/// The tag of collective calls that go as messages, beside those of EngineComm's users.
inline constexpr int bulk_tag = 0x4fff;

inline std::uint64_t sum(std::span<const std::uint64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

/// Counts and offsets as MPI's calls with varying sizes want them; the sum must fit into an int.
struct Layout {
  Layout() = default;
  explicit Layout(std::span<const std::uint64_t> sizes)
      : counts(sizes.begin(), sizes.end()), offsets(sizes.size()) {
    std::exclusive_scan(counts.begin(), counts.end(), offsets.begin(), 0);
  }

  std::vector<int> counts;
  std::vector<int> offsets;
};

/// One buffer per size, of consecutive bytes.
inline std::vector<Buffer> split(const Buffer& together, std::span<const std::uint64_t> sizes) {
  std::vector<Buffer> parts(sizes.size());
  const std::byte* at = together.data();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    parts[i].append(at, sizes[i]);
    at += sizes[i];
  }
  return parts;
}

}  // namespace farm::transport
