#pragma once

#include <cstdint>

#include "farm/options.hpp"
#include "policy/estimate.hpp"

namespace farm::policy {

/// What the size of the next chunk may depend on.
struct Remaining {
  std::uint64_t items = 0;    ///< not yet dispatched, at least 1
  std::uint64_t engines = 1;  ///< that may run them
};

/// Items in the next chunk, between 1 and remaining.items and no more than a frame can count, for
/// the rules that need no memory of the map: a count, automatic, self and guided (see Chunker for
/// the others).
///
/// The automatic chunk is as large as makes the cost of a message small against its work
/// (target_ns), unless
/// - the chunk would exceed an eager message (message_bytes), beyond which messages get dearer, or
/// - it would be more than factored_chunk() gives to each chunk that the engines may hold, so that
///   they finish together; but a chunk is worth its message (least_ns), while that leaves half, or
/// - nobody has measured chunks half as large (Estimate::trusted).
std::uint64_t chunk_size(const Chunk& chunk, const Remaining& remaining, const Estimate& estimate);

/// Items in the next chunk by factoring with the measured mean and deviation of the run time (FAC:
/// Hummel, Schonberg and Flynn, 1992): items / (engines x), with x = 2 where all run equally long
/// and more where few items with different run times are left.
std::uint64_t factored_chunk(const Remaining& remaining, const Estimate& estimate);

/// Items in the next block of a static schedule of which `blocks` blocks are still to come: the
/// blocks differ by at most one item and the first are the larger ones.
std::uint64_t block_size(std::uint64_t items, std::uint64_t blocks);

/// Chunks that an engine may hold. Automatic: one where a chunk runs so long that the round trip is
/// nothing beside it, otherwise as many as hide the round trip, at most most_queued. Schemes with
/// large chunks are handed out as in their literature: one to whoever is free, so that no engine
/// takes its second share before the others have their first; static blocks all at once.
std::uint64_t high_water_mark(CountOrAutomatic hwm, const Chunk& chunk, const Estimate& estimate);

inline constexpr double target_ns = 200e3;
inline constexpr double least_ns = 6e3;        // twice what a message costs both sides
inline constexpr double message_bytes = 4000;  // shared-memory eager limit 4096, less the header
inline constexpr double long_run_ns = 10e6;
inline constexpr double round_trip_ns = 20e3;
inline constexpr std::uint64_t most_queued = 16;
inline constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 31;  // a frame's count: 32 bits

}  // namespace farm::policy
