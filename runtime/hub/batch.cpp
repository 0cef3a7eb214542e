#include "hub/batch.hpp"

namespace farm::hub {

void append_items(Buffer& frame, const detail::ItemsView& items, std::uint64_t first,
                  std::uint64_t count) {
  const std::uint64_t begin = items.begin_of(first);
  const std::uint64_t end = items.begin_of(first + count);
  frame.append(items.bytes().data() + begin, end - begin);
  if (items.fixed()) return;
  for (std::uint64_t i = first; i < first + count; ++i) {
    // The failed bit is above every offset and survives the subtraction.
    const std::uint64_t entry = items.entry(i) - begin;
    frame.append(&entry, sizeof entry);
  }
}

}  // namespace farm::hub
