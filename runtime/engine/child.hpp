#pragma once

#include <cstdint>
#include <optional>

#include "farm/detail/session.hpp"
#include "results/results.hpp"

namespace farm::engine {

/// Tasks that a kernel has submitted together, as its engine knows them; or a promise.
struct Child : detail::BatchHeader {
  const detail::KernelEntry* kernel = nullptr;  ///< null: a promise, which no engine runs
  std::uint32_t number = 0;                     ///< on the wire; 0: the hub knows nothing of it
  std::uint32_t depth = 0;
  bool accepted = false;  ///< the hub counts it
  bool dropped = false;   ///< nobody has a handle any more
  bool noticed = false;   ///< somebody has looked at a failure
  std::int64_t submitted = 0;
  std::optional<std::uint64_t> cancelled;  ///< what the hub has answered to the last cancel
  std::optional<results::Results> results;

  bool settled() const { return count == 0 || (results && results->all_settled()); }
  results::Results& made_results() {
    if (!results) results.emplace(count, result_size);
    return *results;
  }
};

}  // namespace farm::engine
