#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "policy/lane.hpp"
#include "policy/shares.hpp"

namespace farm::policy {

/// Lanes with work in the order in which their turns come: the share that is furthest behind first,
/// in it the highest priority, and there the lane that was served the longest ago.
class Turns {
 public:
  /// A ring of lanes of one share and priority; its first is next.
  struct Level {
    std::int32_t priority = 0;
    std::uint32_t first = none;
    std::uint32_t last = none;
  };
  /// What a share has here.
  struct Line {
    std::uint32_t share = 0;
    std::size_t lanes = 0;
    std::vector<Level> levels;  // highest priority first; none is empty unless it is the only one

    std::int32_t priority() const { return levels.front().priority; }
  };

  bool empty() const { return lanes_ == 0; }
  std::size_t lanes() const { return lanes_; }
  std::size_t lines() const { return line_by_share_.size(); }

  void add(std::vector<Lane>& lanes, std::uint32_t number);
  void remove(std::vector<Lane>& lanes, std::uint32_t number);
  /// The lane was served: the others of its ring are next.
  void served(std::vector<Lane>& lanes, std::uint32_t number);

  /// The line whose turn it is; null if no lane is here.
  Line* best(const Shares& shares) {
    if (lanes_ == 0) return nullptr;
    return heap_.size() == 1 ? heap_.front().line : furthest_behind(shares);
  }
  /// All lines with work, the one whose turn it is first. Costs a step for each.
  std::vector<Line*> in_order(const Shares& shares);

 private:
  struct Entry {
    double time = 0;  // at least this is the share's virtual time
    Line* line = nullptr;
    friend bool operator<(const Entry& a, const Entry& b) { return a.time > b.time; }
  };

  Line* furthest_behind(const Shares& shares);
  Line& line_of(std::uint32_t share);
  static Level& level_of(Line& line, std::int32_t priority);
  static void link(std::vector<Lane>& lanes, Level& level, std::uint32_t number);
  static void unlink(std::vector<Lane>& lanes, Level& level, std::uint32_t number);

  std::unordered_map<std::uint32_t, Line> line_by_share_;
  std::vector<Entry> heap_;
  Line* last_ = nullptr;  // most often asked for again
  std::size_t lanes_ = 0;
};

}  // namespace farm::policy
