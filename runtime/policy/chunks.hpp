#pragma once

#include <cstdint>
#include <unordered_map>

#include "policy/chunker.hpp"
#include "policy/speeds.hpp"

namespace farm::policy {

/// Cuts the maps of a scheduler into chunks, each by the rule of its view. A map whose rule has no
/// memory, and a single task, take no room here.
class Chunks {
 public:
  /// A map begins. Constant time, but for a step per engine with weighted factoring.
  void submitted(std::uint32_t batch, const Chunk& rule, const Remaining& whole);

  /// Items of the batch in the next chunk, which goes to `engine`.
  std::uint64_t next(std::uint32_t batch, const Chunk& rule, const Remaining& remaining,
                     const Estimate& estimate, std::uint32_t engine);

  /// A chunk of so many items ran on `engine`. To be called before the estimate learns of it.
  void finished(std::uint32_t engine, std::uint64_t items, std::int64_t run_ns,
                const Estimate& estimate) {
    if (weighed_ == 0 || !estimate.known()) return;
    speeds_.measured(engine, estimate.mean() * static_cast<double>(items),
                     static_cast<double>(run_ns));
  }

  /// The map has come to its end.
  void forget(std::uint32_t batch, const Chunk& rule) {
    if (remembers(rule)) erase(batch, rule);
  }

  /// Maps that take room. For tests.
  std::size_t size() const { return maps_.size(); }

 private:
  void erase(std::uint32_t batch, const Chunk& rule);

  std::unordered_map<std::uint32_t, Chunker> maps_;
  Speeds speeds_;
  std::uint64_t weighed_ = 0;  // maps whose rule goes by the speeds: nobody else keeps them up
};

}  // namespace farm::policy
