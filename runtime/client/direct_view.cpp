#include "farm/direct_view.hpp"

#include <algorithm>
#include <stdexcept>

#include "client/labels.hpp"

namespace farm {

template <template <class> class Answer>
std::vector<EngineId> BasicDirectView<Answer>::targets() const {
  std::vector<EngineId> targets;
  if (targets_) {
    targets = *targets_;
  } else {
    const auto engines = session_->engines();
    // Those that came later take no part in what several do together.
    for (const EngineInfo& engine : *engines) {
      if (!engine.labels.contains(respawned_label)) targets.push_back(engine.id);
    }
  }
  if (targets.empty()) throw NoEngines("there is no engine to call");
  return targets;
}

template std::vector<EngineId> BasicDirectView<AsyncMapResult>::targets() const;
template std::vector<EngineId> BasicDirectView<AsyncResult>::targets() const;

std::vector<EngineId> DirectView::pair_of(EngineId from, EngineId to) const {
  const std::vector<EngineId> all = targets();
  for (const EngineId one : {from, to}) {
    if (std::ranges::find(all, one) == all.end()) {
      throw std::out_of_range("engine " + std::to_string(one.rank()) + " is not of this view");
    }
  }
  if (from == to) throw std::invalid_argument("send needs two engines");
  return {from, to};
}

}  // namespace farm
