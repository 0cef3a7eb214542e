#pragma once
// What the tasks of farm_app tenacity are made to do.

#include <array>
#include <cstdint>
#include <string>

namespace app {

/// How a task behaves at its first attempts; after them all behave well.
enum class Fate : std::uint8_t { well, throws, crashes, hangs };
inline constexpr std::array all_fates{Fate::well, Fate::throws, Fate::crashes, Fate::hangs};

/// "behaved", "threw", "crashed", "hung".
std::string past_tense(Fate fate);

/// The shares of the tasks that throw, crash and hang; together at most 1.
struct Odds {
  double throws = 0;
  double crashes = 0;
  double hangs = 0;
};

struct Destiny {
  Fate fate = Fate::well;
  int attempts = 0;  ///< for how many attempts: 1 or 2 if it throws, 1 if it crashes or hangs
};

/// The destiny of task `index`, by the seed of the run.
Destiny destiny_of(std::uint64_t seed, std::uint64_t index, const Odds& odds);

}  // namespace app
