#pragma once
// The options of farm_app wordcount, read and checked. Nothing here counts.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm_app/wordcount/words.hpp"

namespace app {

struct WordcountSettings {
  std::string folder;
  std::string output;                  ///< empty: stdout
  std::uint64_t top = 0;               ///< 0: all
  std::optional<std::uint64_t> split;  ///< nothing: as suits documents and engines
  WordRules rules;
};

/// Reads the words behind "wordcount", the folder first. Nothing after --help, which has then been
/// printed. Throws UsageError.
std::optional<WordcountSettings> read_wordcount_settings(const std::vector<std::string>& words);

}  // namespace app
