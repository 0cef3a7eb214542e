#include "policy/chunking.hpp"

#include <algorithm>
#include <limits>

namespace farm::policy {

namespace {

std::uint64_t automatic_chunk(const Estimate& estimate) {
  if (!estimate.known()) return 1;
  double items = static_cast<double>(estimate.trusted());
  items = std::min(items, target_ns / std::max(estimate.mean(), 1.0));
  if (estimate.bytes() > 0) items = std::min(items, message_bytes / estimate.bytes());
  return items < 1 ? 1 : static_cast<std::uint64_t>(items);
}

}  // namespace

std::uint64_t chunk_size(CountOrAutomatic chunk, const Remaining& remaining,
                         const Estimate& estimate) {
  if (!chunk.is_automatic()) {
    return std::min(static_cast<std::uint64_t>(chunk.count()), remaining.items);
  }
  const std::uint64_t fair = block_size(remaining.items, 2 * remaining.engines);
  return std::min(automatic_chunk(estimate), fair);
}

std::uint64_t block_size(std::uint64_t items, std::uint64_t blocks) {
  return blocks <= 1 ? items : (items + blocks - 1) / blocks;
}

std::uint64_t high_water_mark(CountOrAutomatic hwm, CountOrAutomatic chunk,
                              const Estimate& estimate) {
  if (!hwm.is_automatic()) {
    return hwm.count() == 0 ? std::numeric_limits<std::uint64_t>::max()
                            : static_cast<std::uint64_t>(hwm.count());
  }
  if (!estimate.known()) return 1;
  const std::uint64_t items =
      chunk.is_automatic() ? automatic_chunk(estimate) : static_cast<std::uint64_t>(chunk.count());
  const double run = std::max(estimate.mean() * static_cast<double>(items), 1.0);
  if (run >= long_run_ns) return 1;
  return std::min(most_queued, 2 + static_cast<std::uint64_t>(round_trip_ns / run));
}

}  // namespace farm::policy
