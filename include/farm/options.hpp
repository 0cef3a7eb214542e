#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "farm/types.hpp"

namespace farm {

/// Says "the farm shall find the value itself, from what it measures".
struct Automatic {
  friend bool operator==(Automatic, Automatic) = default;
};
inline constexpr Automatic automatic{};

/// A count that the user sets, or `farm::automatic`.
class CountOrAutomatic {
 public:
  // NOLINTBEGIN(google-explicit-constructor): options are written as plain values.
  constexpr CountOrAutomatic(Automatic) {}
  constexpr CountOrAutomatic(std::int64_t count) : count_(count), automatic_(false) {}
  // NOLINTEND(google-explicit-constructor)

  constexpr bool is_automatic() const { return automatic_; }
  /// Only where !is_automatic().
  constexpr std::int64_t count() const { return count_; }

  friend constexpr bool operator==(const CountOrAutomatic&, const CountOrAutomatic&) = default;

 private:
  std::int64_t count_ = 0;
  bool automatic_ = true;
};

/// How a map is cut into chunks: the loop self-scheduling schemes under the names of their
/// literature. N items in all, R that are not handed out yet, P engines that may run them.
enum class Chunking : std::uint8_t {
  static_blocks,  ///< P equal blocks, handed out at the start
  self,           ///< 1 item (SS: Tang and Yew, 1986)
  /// (sqrt(2) N h / (s P sqrt(ln P)))^(2/3) items, with s the measured deviation of an item's run
  /// time and h = 3 us, the cost of a chunk; at most N / P (FSC: Kruskal and Weiss, 1985).
  fixed_size,
  guided,  ///< R / P (GSS: Polychronopoulos and Kuck, 1987)
  /// From N / 2P down to 1 in equal steps (TSS: Tzen and Ni, 1993).
  trapezoid,
  /// Batches of P equal chunks, each batch half of R (FAC2: Hummel, Schonberg and Flynn, 1992).
  factoring,
  /// As factoring, each chunk in proportion to the speed of its engine, as earlier maps that were
  /// cut by this or the next scheme measured it (WF: Hummel, Schmidt, Uma and Wein, 1996).
  weighted_factoring,
  /// R / 2P times the speed of the engine, which every chunk measures anew (AWF: Banicescu,
  /// Velusamy and Devaprasad, 2003; chunk by chunk, AWF-C: Carino and Banicescu, 2008).
  adaptive_factoring,
};

/// Items of a map in one message: a number, a scheme, or `farm::automatic`.
class Chunk {
 public:
  // NOLINTBEGIN(google-explicit-constructor): options are written as plain values.
  constexpr Chunk(Automatic) {}
  constexpr Chunk(std::int64_t count) : count_(count), kind_(Kind::count) {}
  constexpr Chunk(Chunking scheme) : kind_(Kind::scheme), scheme_(scheme) {}
  constexpr Chunk(CountOrAutomatic chunk)
      : count_(chunk.is_automatic() ? 0 : chunk.count()),
        kind_(chunk.is_automatic() ? Kind::automatic : Kind::count) {}
  // NOLINTEND(google-explicit-constructor)

  constexpr bool is_automatic() const { return kind_ == Kind::automatic; }
  constexpr bool is_count() const { return kind_ == Kind::count; }
  /// Only where is_count().
  constexpr std::int64_t count() const { return count_; }
  constexpr bool is(Chunking scheme) const { return kind_ == Kind::scheme && scheme_ == scheme; }
  /// As on the command line: auto, a number, static, self, fsc, guided, trapezoid, factoring,
  /// weighted or adaptive.
  std::string name() const;

  friend constexpr bool operator==(const Chunk&, const Chunk&) = default;
  /// An order for tables, without a meaning.
  friend constexpr auto operator<=>(const Chunk&, const Chunk&) = default;

 private:
  enum class Kind : std::uint8_t { automatic, count, scheme };

  std::int64_t count_ = 0;
  Kind kind_ = Kind::automatic;
  Chunking scheme_ = Chunking::self;
};

/// The chunk of a name (Chunk::name, and ss, fac2, gss, tss, wf, awf) or of a whole number of at
/// least 1; nothing if the text is neither.
std::optional<Chunk> chunk_named(std::string_view text);

/// The names that chunk_named() knows, with commas between them, for help texts and errors.
std::string chunk_names();

/// Which of the engines that have room gets a task, under ipyparallel's names.
enum class Scheme : std::uint8_t {
  leastload,    ///< one that holds the fewest chunks, the longest so among equals
  lru,          ///< the one whose last chunk was handed to it the longest ago
  plainrandom,  ///< any
  twobin,       ///< of two at random, the one used the longest ago (Mitzenmacher, 2001)
  weighted,     ///< of two at random, drawn by the inverse of their load, the less loaded one
};

/// In which order the tasks of a view start.
enum class Order : std::uint8_t {
  submission,     ///< first in, first out
  longest_first,  ///< the largest cost first (LPT: Graham, 1969)
};

/// Where the kernels of load-balanced tasks run.
enum class Isolation : std::uint8_t {
  none,     ///< in the engine's own process
  sandbox,  ///< in a child process of the engine, whose crash is the task's error
};

/// How the tasks of a view are handed out.
struct TaskOptions {
  /// Items of a map in one message. Automatic: sized from the measured run time of the kernel, so
  /// that short tasks travel together and long ones alone. Or by a scheme.
  Chunk chunk = automatic;
  /// High-water mark: chunks an engine may hold, the running one included. 1 = nothing queued
  /// behind the running chunk, n = n - 1 queued behind it, 0 = no limit: everything is assigned at
  /// once (the static schedule). Automatic: as many as hide the round trip at the measured speed.
  /// Where several views compete for an engine, each gets its turn there, and the mark bounds what
  /// a view has under way in all. What is queued behind a running chunk is taken back for an engine
  /// that has nothing to do.
  CountOrAutomatic hwm = automatic;
  /// Whether a map is iterated in input order (true) or in order of completion.
  bool ordered = true;
  /// Engines that may run the tasks; empty = any.
  std::vector<EngineId> targets;
  /// Engines that had better run the tasks; another one does when these have no room.
  std::vector<EngineId> affinity;
  /// Labels that an engine must have (--farm-label): `gpu`, `gpu=2` for at least so many, or
  /// `memory=16G`; K, M, G and T are powers of 1024. An engine runs one task at a time, so a
  /// label's number is what one task may use, and nothing is counted down.
  std::vector<std::string> needs;
  /// Which engine with room gets a task.
  Scheme scheme = Scheme::leastload;
  /// Which task of the view starts first.
  Order order = Order::submission;
  /// Among the views that come from one client.load_balanced(): higher ones start first.
  int priority = 0;
  /// The share of the engines' time that views from one client.load_balanced() get beside those
  /// from others, while all have work: in proportion to their weights. A view that `with` makes
  /// belongs to the same share; the weight of the last one that submits counts.
  double weight = 1;
  /// How often a task that failed is tried again, elsewhere if possible.
  int retries = 0;
  /// Pause before the first retry; it doubles with each further one.
  Seconds backoff{0};
  /// A task that has not been handed to an engine by then fails with TaskTimeout.
  std::optional<Seconds> timeout;
  /// A task that runs longer is asked to stop (Engine::stop_requested), and fails with TaskTimeout
  /// unless it ends with a value. Such tasks travel one by one, whatever the chunk.
  std::optional<Seconds> run_limit;
  /// Engines that run one task together (a gang), each as one rank of the task's communicator.
  int ranks = 1;
  /// Whether the engines of a gang must be on one host.
  bool one_host = false;
  /// A kernel in a sandbox may crash, exit, run out of memory or hang: that is its task's error
  /// (TaskCrashed, TaskTimeout). It has a namespace of its own there, which lasts as long as the
  /// sandbox, no communicator, and cannot submit tasks. Direct calls, gangs, requirements, and
  /// tasks that keep a value or take a kept one run without a sandbox.
  Isolation isolate = Isolation::none;
  /// A word under which the records of the tasks are found.
  std::string label;

  friend bool operator==(const TaskOptions&, const TaskOptions&) = default;
};

}  // namespace farm
