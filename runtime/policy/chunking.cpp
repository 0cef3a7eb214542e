#include "policy/chunking.hpp"

#include <algorithm>
#include <cmath>
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

// Few items of different lengths are left: the less is in a chunk, the better they balance, down to
// what is not worth a message.
std::uint64_t ending_chunk(const Remaining& left, const Estimate& estimate) {
  const double least = 1 + least_ns / std::max(estimate.mean(), 1.0);
  const std::uint64_t half = block_size(left.items, 2 * left.engines);
  if (static_cast<double>(half) <= least) return half;
  return std::max(static_cast<std::uint64_t>(least), factored_chunk(left, estimate));
}

}  // namespace

std::uint64_t chunk_size(const Chunk& chunk, const Remaining& remaining, const Estimate& estimate) {
  const std::uint64_t most = std::min(remaining.items, largest_chunk);
  if (chunk.is_count()) return std::min(static_cast<std::uint64_t>(chunk.count()), most);
  if (most == 1) return 1;
  if (chunk.is_automatic()) {
    const std::uint64_t wanted = std::min(automatic_chunk(estimate), most);
    if (wanted == 1) return 1;
    const std::uint64_t held = high_water_mark(automatic, chunk, estimate);
    return std::min(wanted, ending_chunk({remaining.items, held * remaining.engines}, estimate));
  }
  if (chunk.is(Chunking::guided)) {
    return std::min(block_size(remaining.items, remaining.engines), most);
  }
  return 1;
}

std::uint64_t factored_chunk(const Remaining& remaining, const Estimate& estimate) {
  const auto engines = static_cast<double>(std::max<std::uint64_t>(remaining.engines, 1));
  const auto items = static_cast<double>(remaining.items);
  const double b = engines * estimate.variation() / (2 * std::sqrt(items));
  const double x = 2 + b * b + b * std::sqrt(b * b + 4);
  return static_cast<std::uint64_t>(std::ceil(items / (engines * x)));
}

std::uint64_t block_size(std::uint64_t items, std::uint64_t blocks) {
  return blocks <= 1 ? items : (items + blocks - 1) / blocks;
}

std::uint64_t high_water_mark(CountOrAutomatic hwm, const Chunk& chunk, const Estimate& estimate) {
  constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
  if (!hwm.is_automatic()) {
    return hwm.count() == 0 ? unlimited : static_cast<std::uint64_t>(hwm.count());
  }
  if (chunk.is(Chunking::static_blocks)) return unlimited;
  if (!estimate.known()) return 1;
  if (!chunk.is_automatic() && !chunk.is_count() && !chunk.is(Chunking::self)) return 1;
  std::uint64_t items = 1;
  if (chunk.is_automatic()) items = automatic_chunk(estimate);
  if (chunk.is_count()) items = static_cast<std::uint64_t>(chunk.count());
  const double run = std::max(estimate.mean() * static_cast<double>(items), 1.0);
  if (run >= long_run_ns) return 1;
  return std::min(most_queued, 2 + static_cast<std::uint64_t>(round_trip_ns / run));
}

}  // namespace farm::policy
