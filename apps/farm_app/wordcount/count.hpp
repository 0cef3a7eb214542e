#pragma once
// The map and the combination of a word count. Nothing here knows of the farm.

#include <string>
#include <vector>

#include "farm_app/wordcount/splits.hpp"
#include "farm_app/wordcount/table.hpp"
#include "farm_app/wordcount/words.hpp"

namespace app {

/// What one engine did.
struct Share {
  std::string host;
  int rank = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;  ///< reading and counting

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& host& rank& bytes& seconds;
  }
};

/// Counts of some splits, by one engine or more.
struct Counts {
  WordRules rules;
  std::uint64_t top = 0;  ///< how many words are asked for in the end; 0: all
  WordTable table;
  std::vector<Share> shares;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& rules& top& table& shares;
  }
};

/// Adds the words of `split` to `table`. Throws what read_split throws.
void count_split(const TextSplit& split, const WordRules& rules, WordTable& table);

/// Adds what `from` counted to `into`.
void combine(Counts& into, const Counts& from);

}  // namespace app
