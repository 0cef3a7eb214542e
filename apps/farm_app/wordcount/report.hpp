#pragma once

#include <cstdint>
#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "farm_app/wordcount/totals.hpp"

namespace app {

/// "word,count" and a line per word, each ended by a line feed. Throws std::runtime_error if the
/// stream does not take it; `name` is what it is called.
void write_ranking(std::FILE* stream, const std::string& name,
                   const std::vector<RankedWord>& ranking);

/// What there was to count, and how it went.
struct WordcountRun {
  std::size_t documents = 0;
  std::uint64_t bytes = 0;
  std::size_t engines = 1;
  double seconds = 0;
};

/// A name and a value on each line.
void print_totals(std::ostream& out, const WordcountRun& run, const Totals& totals);

}  // namespace app
