#pragma once

#include <cstdint>

#include "policy/chunking.hpp"

namespace farm::policy {

/// Whether a map that is cut by this rule needs a Chunker.
bool remembers(const Chunk& rule);

/// Whether the rule goes by the speed of the engines.
bool weighs(const Chunk& rule);

/// Where one map stands in a scheme with a memory. The formulae are those at farm::Chunking.
class Chunker {
 public:
  /// A map of so many items, of which none is handed out, for so many engines, both at least 1.
  Chunker(const Chunk& rule, std::uint64_t items, std::uint64_t engines);

  /// Items in the next chunk, between 1 and remaining.items and no more than largest_chunk.
  /// `speed` is that of the engine that gets it, 1 for the mean one. What is then handed out may
  /// be less: the next call goes by what remains.
  std::uint64_t next(const Remaining& remaining, const Estimate& estimate, double speed = 1);

 private:
  double wanted(const Remaining& remaining, const Estimate& estimate, double speed);
  double rest_of_block(std::uint64_t remaining) const;
  double fixed_size(const Estimate& estimate) const;
  double batch_share(const Remaining& remaining);

  Chunk rule_;
  std::uint64_t items_;
  std::uint64_t engines_;
  double size_ = 0;         // of the next chunk (trapezoid), of this batch's chunks (factoring)
  double step_ = 0;         // by which a trapezoid's chunks get smaller
  std::uint64_t left_ = 0;  // chunks of this batch
};

/// h in the formula of fixed-size chunking: a message each way and the engine's loop around it.
inline constexpr double chunk_cost_ns = 3e3;
/// Chunks that must have been measured before fixed-size chunking believes the deviation.
inline constexpr std::uint32_t believed_after = 8;

}  // namespace farm::policy
