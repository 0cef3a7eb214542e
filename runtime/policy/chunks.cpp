#include "policy/chunks.hpp"

namespace farm::policy {

void Chunks::submitted(std::uint32_t batch, const Chunk& rule, const Remaining& whole) {
  if (whole.items == 1 || !remembers(rule)) return;
  maps_.insert_or_assign(batch, Chunker(rule, whole.items, whole.engines));
  if (!weighs(rule)) return;
  if (rule.is(Chunking::weighted_factoring)) speeds_.keep();
  ++weighed_;
}

std::uint64_t Chunks::next(std::uint32_t batch, const Chunk& rule, const Remaining& remaining,
                           const Estimate& estimate, std::uint32_t engine) {
  if (remaining.items == 1) return 1;
  if (!remembers(rule)) return chunk_size(rule, remaining, estimate);
  double speed = 1;
  if (rule.is(Chunking::weighted_factoring)) speed = speeds_.kept(engine);
  if (rule.is(Chunking::adaptive_factoring)) speed = speeds_.now(engine);
  return maps_.at(batch).next(remaining, estimate, speed);
}

void Chunks::erase(std::uint32_t batch, const Chunk& rule) {
  if (maps_.erase(batch) != 0 && weighs(rule)) --weighed_;
}

}  // namespace farm::policy
