#pragma once
// The reduction of a word count, and its result: all that reaches rank 0.

#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/wordcount/count.hpp"

namespace app {

struct RankedWord {
  std::string word;
  std::uint64_t count = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& word& count;
  }
};

struct Totals {
  std::uint64_t words = 0;
  std::uint64_t different = 0;
  std::vector<RankedWord> ranking;  ///< the most frequent first, equally frequent ones by bytes
  std::vector<Share> shares;        ///< of engines that had something to do, in no order

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& words& different& ranking& shares;
  }
};

Totals totals_of(const Counts& counts);

}  // namespace app
