// An engine comes later than the others.

#include "policy/scheduler.hpp"

namespace farm::policy {

const Actions& Scheduler::gain(EngineId id, Moment now) {
  actions_.clear();
  now_ = now;
  const auto number = static_cast<std::uint32_t>(id.rank());
  engines_.resize(number + 1);
  all_served_.resize(number + 1);
  hosts_.resize(number + 1);
  idle_.grow(number + 1);
  engines_[number].apart = true;
  gained_ = true;
  sets_.gain(number);
  idle_.set(number, true);
  refill(number, false);
  return actions_;
}

}  // namespace farm::policy
