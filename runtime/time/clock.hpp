#pragma once

#include <cstdint>

#include "farm/types.hpp"
#include "time/rhythm.hpp"

namespace farm::time {

/// The only place where the farm reads clocks and sleeps.
class Clock {
 public:
  Clock();

  /// ns of a steady clock that processes of one host share.
  static std::int64_t now();
  /// A reading of now() on this host as a point of civil time.
  Time civil(std::int64_t at) const;

 private:
  std::int64_t civil_offset_;
};

/// How a thread begins to wait that finds nothing to do.
enum class Silence {
  spin,   ///< it has a core of its own: look again at once
  yield,  ///< somebody else has work for its core
  poll,   ///< the same, and looking again gives the core away by itself, as some MPIs do
};

/// What a thread does that finds nothing to do, so that work which comes soon is met at once and a
/// long silence costs next to nothing: it spins or yields, and later sleeps, in the end for
/// `longest_sleep`.
class Idle {
 public:
  explicit Idle(Silence silence, Rhythm rhythm = {}) : silence_(silence), rhythm_(rhythm) {}

  /// Work was found: the next silence begins anew.
  void reset() {
    if (rounds_ > spinning_rounds) end_silence();
    rounds_ = 0;
  }
  /// Of the silences until now, for the next who waits here. A core of one's own has none.
  Rhythm rhythm() const { return rhythm_; }
  /// Whether data may be on its way that moves only while somebody looks: sleep comes later then.
  void patient(bool patient) { patient_ = patient; }
  /// Whether nobody waits for what this thread would do: then it looks less often.
  void relaxed(bool relaxed) { relaxed_ = relaxed; }
  /// Whether it is still too early for anything but to look again; counts as a round.
  bool spins();
  /// Passes some time without work.
  void pause();

 private:
  void end_silence();

  static constexpr std::uint32_t rounds_per_reading = 16;
  static constexpr std::uint32_t spinning_rounds = 1U << 30;
  static constexpr std::int64_t spin_ns = 50'000;
  static constexpr std::int64_t patient_yield_ns = 1'000'000'000;

  Silence silence_;
  Rhythm rhythm_;
  bool patient_ = false;
  bool relaxed_ = false;
  std::uint32_t rounds_ = 0;
  std::int64_t since_ = 0;
};

/// Sleeps for about so many ns.
void sleep_ns(std::int64_t ns);

}  // namespace farm::time
