#include "policy/chunker.hpp"

#include <algorithm>
#include <cmath>

namespace farm::policy {

namespace {

double share(std::uint64_t items, std::uint64_t engines) {
  return std::ceil(static_cast<double>(items) / static_cast<double>(engines));
}

}  // namespace

bool weighs(const Chunk& rule) {
  return rule.is(Chunking::weighted_factoring) || rule.is(Chunking::adaptive_factoring);
}

bool remembers(const Chunk& rule) {
  return !rule.is_automatic() && !rule.is_count() && !rule.is(Chunking::self) &&
         !rule.is(Chunking::guided);
}

Chunker::Chunker(const Chunk& rule, std::uint64_t items, std::uint64_t engines)
    : rule_(rule), items_(items), engines_(std::max<std::uint64_t>(engines, 1)) {
  if (!rule.is(Chunking::trapezoid)) return;
  size_ = share(items_, 2 * engines_);
  const double chunks = std::ceil(2 * static_cast<double>(items_) / (size_ + 1));
  step_ = chunks > 1 ? (size_ - 1) / (chunks - 1) : 0;
}

std::uint64_t Chunker::next(const Remaining& remaining, const Estimate& estimate, double speed) {
  const std::uint64_t most = std::min(remaining.items, largest_chunk);
  const double size = wanted(remaining, estimate, speed);
  if (!(size > 1)) return 1;
  return size < static_cast<double>(most) ? static_cast<std::uint64_t>(size) : most;
}

double Chunker::wanted(const Remaining& remaining, const Estimate& estimate, double speed) {
  if (rule_.is(Chunking::static_blocks)) return rest_of_block(remaining.items);
  if (rule_.is(Chunking::fixed_size)) return fixed_size(estimate);
  if (rule_.is(Chunking::factoring)) return batch_share(remaining);
  if (rule_.is(Chunking::weighted_factoring)) return std::ceil(speed * batch_share(remaining));
  if (rule_.is(Chunking::adaptive_factoring)) {
    return std::ceil(speed * share(remaining.items, 2 * engines_));
  }
  const double size = size_;
  size_ -= step_;
  return std::round(size);
}

// Where a block was handed out in parts, the next part ends where the block does.
double Chunker::rest_of_block(std::uint64_t remaining) const {
  const std::uint64_t at = items_ - remaining;
  const std::uint64_t small = items_ / engines_;
  const std::uint64_t large_blocks = items_ % engines_;
  const std::uint64_t small_from = large_blocks * (small + 1);
  const std::uint64_t rest =
      at < small_from ? small + 1 - at % (small + 1) : small - (at - small_from) % small;
  return static_cast<double>(rest);
}

double Chunker::fixed_size(const Estimate& estimate) const {
  if (estimate.measurements() < believed_after) return 1;
  const double most = share(items_, engines_);
  const auto engines = static_cast<double>(engines_);
  const double spread = estimate.deviation() * engines * std::sqrt(std::log(engines));
  if (!(spread > 0)) return most;
  const double cost = std::sqrt(2.0) * static_cast<double>(items_) * chunk_cost_ns;
  return std::min(most, std::round(std::pow(cost / spread, 2.0 / 3)));
}

double Chunker::batch_share(const Remaining& remaining) {
  if (left_ == 0) {
    left_ = engines_;
    size_ = share(remaining.items, 2 * engines_);
  }
  --left_;
  return size_;
}

}  // namespace farm::policy
