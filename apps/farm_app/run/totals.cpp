#include "farm_app/run/totals.hpp"

namespace app {

void RunTotals::add(const Ending& ending) {
  ++(ending.good() ? good : failed);
  if (ending.attempt > 1) ++retried;
  busy += ending.seconds * cores;
}

}  // namespace app
