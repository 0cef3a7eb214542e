#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "farm/types.hpp"

namespace farm::policy {

/// Something that others wait for: a task, or several that count as one. Numbers are small and used
/// again.
using Source = std::uint32_t;
/// Something that waits. Numbers are small and used again.
using Waiter = std::uint32_t;

/// One thing that a waiter needs. Without sources it needs nothing.
struct Need {
  std::vector<Source> sources;
  bool any = false;      ///< one part of one source is enough; otherwise all parts of all count
  bool success = true;   ///< a part that ended with a value counts
  bool failure = false;  ///< a part that ended without counts
  bool place = false;    ///< and the waiter must run where it ran
};

/// What a source has to say: how some of its parts ended, where, and whether that was all of them.
struct News {
  bool success = false;  ///< some with a value
  bool failure = false;  ///< some without
  bool over = false;
  EngineId engine;  ///< -1: on none
};

/// Why a waiter can never run.
enum class Miss : std::uint8_t {
  none,
  ended_badly,  ///< what it needs to succeed has not
  ended_well,   ///< what it needs to fail has not
  apart,        ///< there is no one engine where all ran
  nowhere       ///< what it follows ran on no engine
};

/// A waiter that waits no more.
struct Ruling {
  Waiter waiter = 0;
  Miss miss = Miss::none;  ///< none: it may run
  Source cause = 0;        ///< of ended_badly and ended_well
  bool any = false;        ///< the cause was the last of several that would have been enough
  bool placed = false;
  std::vector<EngineId> places;  ///< placed: the engines that may run it, ascending
};

/// Who waits for whom. Events in, rulings out; a waiter is ruled on once and is gone then. Nothing
/// here recurses, and an event costs time in proportion to the edges it ends. Memory is in
/// proportion to what is open: sources, waiters, and edges between them.
///
/// There can be no cycle: a waiter does not become a source here, and whoever makes one stand for
/// the other can only name sources that are there already.
class Graph {
 public:
  /// A source of which nothing has ended yet.
  Source open();
  /// Tells of it. After `over` nobody waits for it.
  void tell(Source source, const News& news);
  /// Forgets one that is over.
  void close(Source source);

  /// May be ruled on at once.
  Waiter add(std::span<const Need> needs);
  /// It waits no more, whatever happens.
  void forget(Waiter waiter);

  /// What has been ruled on since this was called last.
  std::vector<Ruling> take_rulings();
  /// The sources that a waiter still waits for, at most so many; `all` counts them.
  std::vector<Source> missing(Waiter waiter, std::size_t most, std::size_t& all) const;

  std::size_t sources() const { return sources_.size() - free_sources_.size(); }
  std::size_t waiters() const { return waiters_.size() - free_waiters_.size(); }
  std::size_t edges() const { return edges_.size() - free_edges_.size(); }
  /// An empty string, or which invariant does not hold. For tests: looks at everything.
  std::string validate() const;

 private:
  static constexpr std::uint32_t none = 0xffffffff;

  // From a source to a need of a waiter; in a list of either.
  struct Edge {
    Source source = none;
    Waiter waiter = none;
    std::uint32_t need = 0;
    std::uint32_t next = none;  // of the source
    std::uint32_t before = none;
    std::uint32_t next_of_waiter = none;
    std::uint32_t before_of_waiter = none;
  };
  struct SourceState {
    std::uint32_t first = none;
    bool live = false;
    bool success = false;
    bool failure = false;
    bool over = false;
    std::vector<EngineId> well;   // where parts ended with a value, ascending
    std::vector<EngineId> badly;  // and without
  };
  struct NeedState {
    std::uint32_t left = 0;  // sources that are not over
    bool any = false;
    bool success = true;
    bool failure = false;
    bool place = false;
    bool met = false;
    std::vector<EngineId> places;
  };
  struct WaiterState {
    std::uint32_t first = none;
    std::uint32_t unmet = 0;  // needs
    bool live = false;
    std::vector<NeedState> needs;
  };

  void link(Source source, Waiter waiter, std::uint32_t need);
  void unlink(std::uint32_t number);
  void drop(Waiter waiter);
  void drop_need(Waiter waiter, std::uint32_t need);
  bool begin(Waiter waiter, std::uint32_t number, const Need& need);
  bool judge(Waiter waiter, NeedState& need, Source source);
  bool gather(NeedState& need, const SourceState& source) const;
  void meet(Waiter waiter, NeedState& need);
  void rule_out(Waiter waiter, const NeedState& need, Miss miss, Source cause);
  void permit(Waiter waiter);

  std::vector<SourceState> sources_;
  std::vector<Source> free_sources_;
  std::vector<WaiterState> waiters_;
  std::vector<Waiter> free_waiters_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> free_edges_;
  std::vector<Ruling> rulings_;
  std::vector<std::pair<Waiter, std::uint32_t>> heard_;  // of the event that is being told
};

}  // namespace farm::policy
