#include "farm_app/wordcount/count.hpp"

#include "farm_app/wordcount/read_split.hpp"

namespace app {

void count_split(const TextSplit& split, const WordRules& rules, WordTable& table) {
  WordTable::Batch batch(table);
  read_split(split, [&](char* begin, char* end) {
    if (rules.lower) to_lower(begin, end);
    each_word({begin, static_cast<std::size_t>(end - begin)}, rules.separator,
              [&batch](std::string_view word) { batch.add(word); });
    batch.flush();
  });
}

void combine(Counts& into, const Counts& from) {
  into.table.merge(from.table);
  into.shares.insert(into.shares.end(), from.shares.begin(), from.shares.end());
}

}  // namespace app
