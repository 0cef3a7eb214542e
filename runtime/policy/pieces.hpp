#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "policy/events.hpp"
#include "policy/lane.hpp"

namespace farm::policy {

/// Items of a batch that have been out and are to run (again), or that later ones have overtaken.
struct Piece {
  BatchNumber batch = none;
  std::uint32_t attempt = 1;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint32_t avoid = none;    // the engine that had better not run it
  std::uint32_t place = 0;       // among the pieces of its batch
  std::uint32_t generation = 0;  // how often this number has been used
  bool ready = false;
  bool singly = false;  // each item is a chunk of its own: one of them may kill its engine
  std::uint32_t deaths = 0;
  std::uint64_t order = 0;  // among the ready pieces of its lane
  Moment not_before = 0;
  Moment patience = 0;     // when no engine is avoided any more
  std::uint32_t late = 0;  // its number among what is set aside; 0: it is not
  bool fresh = false;      // it has never been out
};

/// Pieces by number, and what the clock will change about them.
class Pieces {
 public:
  std::uint32_t open() {
    std::uint32_t number = 0;
    if (free_.empty()) {
      number = static_cast<std::uint32_t>(pieces_.size());
      pieces_.emplace_back();
    } else {
      number = free_.back();
      free_.pop_back();
    }
    const std::uint32_t generation = pieces_[number].generation + 1;
    pieces_[number] = Piece();
    pieces_[number].generation = generation;
    return number;
  }
  void close(std::uint32_t number) {
    pieces_[number].batch = none;
    ++pieces_[number].generation;
    free_.push_back(number);
  }
  Piece& operator[](std::uint32_t number) { return pieces_[number]; }
  const Piece& operator[](std::uint32_t number) const { return pieces_[number]; }

  void wake_at(Moment at, std::uint32_t number) {
    timers_.push_back({at, number, pieces_[number].generation});
    std::push_heap(timers_.begin(), timers_.end());
  }
  bool timed() const { return !timers_.empty(); }
  std::optional<Moment> next_time() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.front().at;
  }
  /// A piece whose time has come; none if there is no more.
  std::uint32_t next_due(Moment now) {
    while (!timers_.empty() && timers_.front().at <= now) {
      const Timer due = timers_.front();
      std::pop_heap(timers_.begin(), timers_.end());
      timers_.pop_back();
      if (pieces_[due.piece].generation == due.generation) return due.piece;
    }
    return none;
  }

 private:
  struct Timer {
    Moment at = 0;
    std::uint32_t piece = 0;
    std::uint32_t generation = 0;
    friend bool operator<(const Timer& a, const Timer& b) { return a.at > b.at; }
  };

  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> free_;
  std::vector<Timer> timers_;  // a heap, the earliest on top
};

}  // namespace farm::policy
