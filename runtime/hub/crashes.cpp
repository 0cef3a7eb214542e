#include "hub/crashes.hpp"

#include <algorithm>

namespace farm::hub {

void Crashes::note(std::uint32_t batch, std::uint64_t first, std::uint64_t count,
                   const std::string& what) {
  Notes& notes = batches_[batch];
  if (count == 1) {
    notes.items[first].push_back(what);
  } else {
    notes.ranges.push_back({first, count, what});
  }
}

int Crashes::of(std::uint32_t batch, std::uint64_t place) const {
  const auto found = batches_.find(batch);
  if (found == batches_.end()) return 0;
  const Notes& notes = found->second;
  const auto own = notes.items.find(place);
  const auto ranges = std::count_if(notes.ranges.begin(), notes.ranges.end(), [&](const Range& r) {
    return r.first <= place && place - r.first < r.count;
  });
  return static_cast<int>(ranges) +
         static_cast<int>(own == notes.items.end() ? 0 : own->second.size());
}

std::string Crashes::text(std::uint32_t batch, std::uint64_t place) const {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
  const auto found = batches_.find(batch);
  if (found == batches_.end()) return text;
  for (const Range& range : found->second.ranges) {
    if (range.first <= place && place - range.first < range.count) add(range.what);
  }
  const auto own = found->second.items.find(place);
  if (own == found->second.items.end()) return text;
  for (const std::string& what : own->second) add(what);
  return text;
}

}  // namespace farm::hub
