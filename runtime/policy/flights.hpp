#pragma once

#include <cstdint>
#include <vector>

#include "policy/events.hpp"
#include "policy/lane.hpp"

namespace farm::policy {

/// A chunk that an engine holds, as the scheduler keeps it: one cache line, because with many
/// engines every event finds it in memory.
struct alignas(64) Flying {
  Flight flight;
  std::uint32_t before = none;  // on its engine, in order of dispatch: the first one runs
  std::uint32_t after = none;
  float charged = 0;           // run time that its share was charged
  std::uint32_t gang = none;   // the gang that it is a rank of
  std::uint32_t thief = none;  // the engine that it was asked back for
  bool retracted : 1 = false;  // it was asked back
};

/// What the scheduler knows of an engine. What most events touch is in the first cache line.
struct alignas(64) EngineState {
  std::uint32_t first = none;  // chunks it holds
  std::uint32_t last = none;
  std::uint32_t chunks = 0;
  std::uint32_t listed = 0;    // the load under which it is found in its sets
  std::uint32_t occupied = 0;  // by what is not the scheduler's
  std::uint32_t beneath = 0;   // of its chunks: not deep enough to run while it waits
  std::uint32_t depth = 0;     // above 0: its kernel waits, and it runs chunks from there on
  bool held = false;           // for a gang
  bool hoping = false;         // a chunk was asked back for it
  bool hungry = false;         // it waits and has nothing to run
  bool lost = false;
  bool apart = false;       // no part of gangs
  Moment since = 0;         // when its first chunk began to run
  std::uint64_t used = 0;   // when it was last given a chunk, in dispatches
  std::uint32_t place = 0;  // among those that wait
  std::vector<Membership> sets;
  std::vector<std::uint32_t> by_depth;  // chunks it holds

  bool waits() const { return depth != 0; }
  std::uint32_t holds(std::uint32_t at) const { return at < by_depth.size() ? by_depth[at] : 0; }
  /// Whether anybody finds it who looks for the least loaded engine.
  bool offered() const { return !held && !waits(); }
  /// Chunks that it has to run. A direct call counts, unless it may be the one that waits.
  std::uint32_t load() const { return waits() ? chunks - beneath : chunks + occupied; }
};
static_assert(sizeof(Flying) == 64 && sizeof(EngineState) == 128);

/// The chunks that are out, by ticket, and those of an engine in a row.
class Flights {
 public:
  Ticket open(const Flight& flight) {
    Ticket ticket = 0;
    if (free_.empty()) {
      ticket = static_cast<Ticket>(flights_.size());
      flights_.emplace_back();
    } else {
      ticket = free_.back();
      free_.pop_back();
    }
    flights_[ticket] = Flying();
    flights_[ticket].flight = flight;
    ++size_;
    return ticket;
  }
  /// Brings what remove() will need nearer.
  void expect(Ticket ticket) const {
    const Flying& flying = flights_[ticket];
    if (flying.before != none) __builtin_prefetch(&flights_[flying.before]);
    if (flying.after != none) __builtin_prefetch(&flights_[flying.after]);
  }
  void close(Ticket ticket) {
    flights_[ticket].flight.count = 0;
    free_.push_back(ticket);
    --size_;
  }

  void append(EngineState& engine, Ticket ticket) {
    Flying& flying = flights_[ticket];
    flying.before = engine.last;
    (engine.last == none ? engine.first : flights_[engine.last].after) = ticket;
    engine.last = ticket;
    ++engine.chunks;
  }
  void remove(EngineState& engine, Ticket ticket) {
    const Flying& flying = flights_[ticket];
    (flying.before == none ? engine.first : flights_[flying.before].after) = flying.after;
    (flying.after == none ? engine.last : flights_[flying.after].before) = flying.before;
    --engine.chunks;
  }

  Flying& operator[](Ticket ticket) { return flights_[ticket]; }
  const Flying& operator[](Ticket ticket) const { return flights_[ticket]; }
  const Flight* find(Ticket ticket) const {
    if (ticket >= flights_.size() || flights_[ticket].flight.count == 0) return nullptr;
    return &flights_[ticket].flight;
  }
  std::uint64_t size() const { return size_; }
  std::size_t table_size() const { return flights_.size(); }

 private:
  std::vector<Flying> flights_;
  std::vector<Ticket> free_;
  std::uint64_t size_ = 0;
};

}  // namespace farm::policy
