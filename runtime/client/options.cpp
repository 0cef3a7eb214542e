#include "farm/options.hpp"

#include <stdexcept>
#include <string>

namespace farm {

TaskOptions amend(TaskOptions options, const With& changes) {
  if (changes.chunk) options.chunk = *changes.chunk;
  if (changes.hwm) options.hwm = *changes.hwm;
  if (changes.ordered) options.ordered = *changes.ordered;
  if (!options.chunk.is_automatic() && options.chunk.count() < 1) {
    throw std::invalid_argument("a chunk holds at least 1 item, not " +
                                std::to_string(options.chunk.count()) +
                                "; farm::automatic sizes it from the measured run time");
  }
  // Counts of items in a frame have 32 bits.
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (!options.chunk.is_automatic() && options.chunk.count() > most) {
    options.chunk = most;
  }
  if (!options.hwm.is_automatic() && options.hwm.count() < 0) {
    throw std::invalid_argument("the high-water mark is 0 (no limit) or more, not " +
                                std::to_string(options.hwm.count()));
  }
  return options;
}

}  // namespace farm
