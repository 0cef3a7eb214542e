#include "farm/load_balanced_view.hpp"

namespace farm {

LoadBalancedView LoadBalancedView::with(const With& changes) const {
  return {*session_, session_->new_route(amend(options(), changes), route_->share, route_->setup)};
}

std::vector<EngineId> LoadBalancedView::targets() const {
  if (!options().targets.empty()) return options().targets;
  std::vector<EngineId> all;
  for (const EngineInfo& engine : session_->engines()) all.push_back(engine.id);
  return all;
}

}  // namespace farm
