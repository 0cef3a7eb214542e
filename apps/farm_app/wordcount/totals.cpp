#include "farm_app/wordcount/totals.hpp"

#include <algorithm>

namespace app {

Totals totals_of(const Counts& counts) {
  const WordTable& table = counts.table;
  Totals totals;
  totals.different = table.size();
  totals.shares = counts.shares;

  std::vector<const WordTable::Entry*> entries;
  entries.reserve(table.size());
  for (const WordTable::Entry& entry : table.entries()) {
    totals.words += entry.count;
    entries.push_back(&entry);
  }
  const std::size_t wanted =
      counts.top == 0 ? entries.size() : std::min<std::size_t>(counts.top, entries.size());
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(wanted);
  const auto ranks_before = [&table](const auto* a, const auto* b) {
    return a->count != b->count ? a->count > b->count : table.word(*a) < table.word(*b);
  };
  // Several times faster than partial_sort where many are wanted.
  if (end != entries.end()) std::nth_element(entries.begin(), end, entries.end(), ranks_before);
  std::sort(entries.begin(), end, ranks_before);
  totals.ranking.reserve(wanted);
  for (auto at = entries.begin(); at != end; ++at) {
    totals.ranking.push_back({std::string(table.word(**at)), (*at)->count});
  }
  return totals;
}

}  // namespace app
