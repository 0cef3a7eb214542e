#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/events.hpp"
#include "policy/lane.hpp"

namespace farm::policy {

/// What was set aside because it would end after the deadline: batches, and pieces of them, the
/// shortest first among those whose run times are estimated in the same way.
class LateItems {
 public:
  /// What the estimate is made from.
  struct Kind {
    std::uint32_t kernel = 0;
    bool costed = false;
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  struct Entry {
    double cost = 0;  // of its first item
    BatchNumber batch = none;
    std::uint32_t piece = none;  // none: what is fresh of the batch
    std::uint32_t number = 0;    // never 0: who bears it is still set aside
    friend bool operator<(const Entry& a, const Entry& b) {
      return a.cost != b.cost ? a.cost > b.cost : a.number > b.number;
    }
  };

  std::uint64_t count() const { return count_; }
  /// Returns the number that it is to bear.
  std::uint32_t add(const Kind& kind, double cost, BatchNumber batch, std::uint32_t piece) {
    if (++last_ == 0) ++last_;
    std::vector<Entry>& heap = heaps_[kind];
    heap.push_back({cost, batch, piece, last_});
    std::push_heap(heap.begin(), heap.end());
    ++count_;
    return last_;
  }
  /// One that bore a number does not any more. Its entry goes when it comes first, or with the last
  /// that bore one.
  void forget() {
    if (--count_ == 0) heaps_.clear();
  }

  /// The shortest that still bears its number; none if there is none.
  template <class Bears>
  std::optional<Entry> first(const Kind& kind, Bears&& bears) {
    const auto found = heaps_.find(kind);
    if (found == heaps_.end()) return std::nullopt;
    std::vector<Entry>& heap = found->second;
    while (!heap.empty() && !bears(heap.front())) {
      std::pop_heap(heap.begin(), heap.end());
      heap.pop_back();
    }
    if (!heap.empty()) return heap.front();
    heaps_.erase(found);
    return std::nullopt;
  }
  /// All entries, in the order in which they came.
  std::vector<Entry> take_all() {
    std::vector<Entry> all;
    for (const auto& [kind, heap] : heaps_) all.insert(all.end(), heap.begin(), heap.end());
    heaps_.clear();
    std::sort(all.begin(), all.end(),
              [](const Entry& a, const Entry& b) { return a.number < b.number; });
    return all;
  }

 private:
  struct Hash {
    std::size_t operator()(const Kind& kind) const {
      return (static_cast<std::size_t>(kind.kernel) << 1) | (kind.costed ? 1 : 0);
    }
  };

  std::unordered_map<Kind, std::vector<Entry>, Hash> heaps_;
  std::uint64_t count_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace farm::policy
