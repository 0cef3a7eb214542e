#pragma once

#include <cstdint>
#include <vector>

#include "policy/events.hpp"
#include "policy/lane.hpp"

namespace farm::policy {

/// An item that runs on several engines together.
struct GangRun {
  BatchNumber batch = none;
  std::uint64_t item = 0;
  std::uint32_t out = 0;  ///< tickets
  bool again = false;
  bool abandoned = false;
  std::uint32_t attempt = 1;  ///< of the next run
  std::uint32_t deaths = 0;
  Moment not_before = 0;
};

/// Engines that are kept free for the first gang. EASY backfilling: Lifka, 1995; Mu'alem and
/// Feitelson, 2001.
struct Reservation {
  std::uint32_t lane = none;  ///< none: there is no reservation
  std::vector<std::uint32_t> engines;
  Moment start = 0;  ///< when it can start, by the estimates
  Moment look = 0;   ///< when to choose engines anew if it has not started
};

}  // namespace farm::policy
