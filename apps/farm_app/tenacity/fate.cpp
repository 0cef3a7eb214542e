#include "farm_app/tenacity/fate.hpp"

#include "farm_app/tenacity/draws.hpp"

namespace app {

std::string past_tense(Fate fate) {
  switch (fate) {
    case Fate::well:
      return "behaved";
    case Fate::throws:
      return "threw";
    case Fate::crashes:
      return "crashed";
    case Fate::hangs:
      return "hung";
  }
  return "";
}

Destiny destiny_of(std::uint64_t seed, std::uint64_t index, const Odds& odds) {
  const double lot = draw_share(seed, 2 * index);
  if (lot < odds.throws) return {Fate::throws, 1 + static_cast<int>(draw(seed, 2 * index + 1) % 2)};
  if (lot < odds.throws + odds.crashes) return {Fate::crashes, 1};
  if (lot < odds.throws + odds.crashes + odds.hangs) return {Fate::hangs, 1};
  return {};
}

}  // namespace app
