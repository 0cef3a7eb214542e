#include "policy/turns.hpp"

#include <algorithm>

namespace farm::policy {

void Turns::add(std::vector<Lane>& lanes, std::uint32_t number) {
  Lane& lane = lanes[number];
  Line& line = line_of(lane.share);
  link(lanes, level_of(line, lane.priority), number);
  lane.turning = true;
  ++line.lanes;
  ++lanes_;
}

void Turns::remove(std::vector<Lane>& lanes, std::uint32_t number) {
  Lane& lane = lanes[number];
  Line& line = line_of(lane.share);
  Level& level = level_of(line, lane.priority);
  unlink(lanes, level, number);
  lane.turning = false;
  if (level.first == none && line.levels.size() > 1) {
    line.levels.erase(line.levels.begin() + (&level - line.levels.data()));
  }
  // Lines without lanes are dropped when the heap comes upon them.
  --line.lanes;
  --lanes_;
}

void Turns::served(std::vector<Lane>& lanes, std::uint32_t number) {
  const Lane& lane = lanes[number];
  if (lane.ring_after == none) return;
  Level& level = level_of(line_of(lane.share), lane.priority);
  unlink(lanes, level, number);
  link(lanes, level, number);
}

Turns::Line* Turns::furthest_behind(const Shares& shares) {
  while (true) {
    Entry& top = heap_.front();
    if (heap_.size() == 1) return top.line;
    const double time = shares.time(top.line->share);
    const bool idle = top.line->lanes == 0;
    if (!idle && time <= top.time) return top.line;
    std::pop_heap(heap_.begin(), heap_.end());
    if (idle) {
      if (last_ == heap_.back().line) last_ = nullptr;
      line_by_share_.erase(heap_.back().line->share);
      heap_.pop_back();
    } else {
      heap_.back().time = time;
      std::push_heap(heap_.begin(), heap_.end());
    }
  }
}

std::vector<Turns::Line*> Turns::in_order(const Shares& shares) {
  std::vector<Line*> lines;
  for (auto& [share, line] : line_by_share_) {
    if (line.lanes != 0) lines.push_back(&line);
  }
  std::sort(lines.begin(), lines.end(), [&](const Line* a, const Line* b) {
    const double one = shares.time(a->share);
    const double other = shares.time(b->share);
    return one != other ? one < other : a->share < b->share;
  });
  return lines;
}

Turns::Line& Turns::line_of(std::uint32_t share) {
  if (last_ != nullptr && last_->share == share) return *last_;
  const auto [at, fresh] = line_by_share_.try_emplace(share);
  last_ = &at->second;
  if (fresh) {
    last_->share = share;
    // Its time is looked up when it comes to the top.
    heap_.push_back({0, last_});
    std::push_heap(heap_.begin(), heap_.end());
  }
  return *last_;
}

Turns::Level& Turns::level_of(Line& line, std::int32_t priority) {
  std::vector<Level>& levels = line.levels;
  if (levels.size() == 1 && levels.front().first == none) levels.front().priority = priority;
  auto at = std::lower_bound(levels.begin(), levels.end(), priority,
                             [](const Level& level, std::int32_t p) { return level.priority > p; });
  if (at == levels.end() || at->priority != priority) at = levels.insert(at, {priority});
  return *at;
}

void Turns::link(std::vector<Lane>& lanes, Level& level, std::uint32_t number) {
  Lane& lane = lanes[number];
  lane.ring_before = level.last;
  lane.ring_after = none;
  (level.last == none ? level.first : lanes[level.last].ring_after) = number;
  level.last = number;
}

void Turns::unlink(std::vector<Lane>& lanes, Level& level, std::uint32_t number) {
  const Lane& lane = lanes[number];
  (lane.ring_before == none ? level.first : lanes[lane.ring_before].ring_after) = lane.ring_after;
  (lane.ring_after == none ? level.last : lanes[lane.ring_after].ring_before) = lane.ring_before;
}

}  // namespace farm::policy
