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

/// Items in the next chunk, between 1 and remaining.items.
///
/// A fixed chunk is fixed-size chunking (Kruskal and Weiss, 1985). The automatic one is as large as
/// makes the cost of a message small against its work (target_ns), unless
/// - the chunk would exceed an eager message (message_bytes), beyond which messages get dearer, or
/// - less than two more rounds would remain for every engine, as in factoring (Hummel, Schonberg
/// and
///   Flynn, 1992), so that engines finish together, or
/// - nobody has measured chunks half as large (Estimate::trusted).
std::uint64_t chunk_size(CountOrAutomatic chunk, const Remaining& remaining,
                         const Estimate& estimate);

/// Items in the next block of a static schedule of which `blocks` blocks are still to come: the
/// blocks differ by at most one item and the first are the larger ones.
std::uint64_t block_size(std::uint64_t items, std::uint64_t blocks);

/// Chunks that an engine may hold. Automatic: one where a chunk runs so long that the round trip is
/// nothing beside it, otherwise as many as hide the round trip, at most most_queued.
std::uint64_t high_water_mark(CountOrAutomatic hwm, CountOrAutomatic chunk,
                              const Estimate& estimate);

inline constexpr double target_ns = 200e3;
inline constexpr double message_bytes = 4000;  // shared-memory eager limit 4096, less the header
inline constexpr double long_run_ns = 10e6;
inline constexpr double round_trip_ns = 20e3;
inline constexpr std::uint64_t most_queued = 16;

}  // namespace farm::policy
