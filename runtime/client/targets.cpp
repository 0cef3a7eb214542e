#include "farm/targets.hpp"

#include <algorithm>
#include <stdexcept>

namespace farm {

namespace {

// A position of a slice between the ends that the direction of its step allows.
long clamp(int position, long size, long least, long most) {
  const long from_start = position < 0 ? position + size : position;
  return std::clamp(from_start, least, most);
}

}  // namespace

std::vector<EngineId> select(const std::vector<EngineId>& ids, const Slice& slice) {
  if (slice.step() == 0) throw std::invalid_argument("a slice needs a step other than 0");
  const long size = static_cast<long>(ids.size());
  const long step = slice.step();
  const bool forward = step > 0;
  const long least = forward ? 0 : -1;
  const long most = forward ? size : size - 1;
  const long begin =
      slice.begin() ? clamp(*slice.begin(), size, least, most) : (forward ? least : most);
  const long end = slice.end() ? clamp(*slice.end(), size, least, most) : (forward ? most : least);
  std::vector<EngineId> selected;
  for (long at = begin; forward ? at < end : at > end; at += step) {
    selected.push_back(ids[static_cast<std::size_t>(at)]);
  }
  return selected;
}

}  // namespace farm
