// An engine that comes later than the others.

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

void Hub::gain(const Member& member) {
  now_ = time::Clock::now();
  members_.push_back(member);
  completed_.push_back(0);
  gained_.insert(member.info.id);
  enter(static_cast<std::uint32_t>(members_.size() - 1));
  act(policy::Actions(scheduler_.gain(member.info.id, now_)));
}

Hub::Fate Hub::apart_fate(EngineId engine) const {
  return lost_fate("engine " + std::to_string(engine.rank()) +
                   " was started in place of another one: it takes no part in what several engines "
                   "do together");
}

}  // namespace farm::hub
