#include "farm/load_balanced_view.hpp"

#include <algorithm>
#include <stdexcept>

#include "client/labels.hpp"

namespace farm {

namespace {

// Ids count from the end where they are negative, as everywhere.
std::vector<EngineId> known(const std::vector<EngineId>& wanted,
                            const std::vector<EngineInfo>& engines) {
  std::vector<EngineId> ids;
  if (engines.empty()) throw NoEngines("no engine is left");
  for (EngineId id : wanted) {
    const auto back = static_cast<std::size_t>(-static_cast<long>(id.rank()));
    if (id.rank() < 0 && back <= engines.size()) id = engines[engines.size() - back].id;
    if (std::ranges::find(engines, id, &EngineInfo::id) == engines.end()) {
      throw std::invalid_argument("an affinity names engine " + std::to_string(id.rank()) +
                                  ", which is none of the engines " +
                                  std::to_string(engines.front().id.rank()) + " to " +
                                  std::to_string(engines.back().id.rank()));
    }
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

}  // namespace

LoadBalancedView LoadBalancedView::with(const With& changes) const {
  LoadBalancedView view = *this;
  TaskOptions options = amend(this->options(), changes);
  if (changes.affinity) options.affinity = known(options.affinity, *session_->engines());
  if (changes.needs) {
    // Labels narrow what was named, whatever other labels did before.
    if (this->options().needs.empty()) view.named_ = options.targets;
    options.targets = options.needs.empty()
                          ? view.named_
                          : engines_with(options.needs, *session_->engines(), view.named_);
  }
  if (changes.after || changes.follow) {
    auto dependencies = dependencies_ ? std::make_shared<detail::Dependencies>(*dependencies_)
                                      : std::make_shared<detail::Dependencies>();
    if (changes.after) dependencies->after = changes.after->what();
    if (changes.follow) dependencies->follow = changes.follow->what();
    view.dependencies_ = std::move(dependencies);
  }
  // A graph makes a view for each of its tasks: what differs is not the route.
  if (options != this->options()) {
    view.route_ =
        session_->new_route(std::move(options), route_->share, route_->setup, route_->requirement);
  }
  return view;
}

LoadBalancedView LoadBalancedView::requiring(const detail::Requirement& requirement) const {
  LoadBalancedView view = *this;
  view.route_ = session_->new_route(options(), route_->share, route_->setup,
                                    std::make_shared<const detail::Requirement>(requirement));
  return view;
}

std::vector<EngineId> LoadBalancedView::targets() const {
  const std::vector<EngineId>& named = options().targets;
  const auto engines = session_->engines();
  std::vector<EngineId> targets = named;
  if (named.empty()) {
    for (const EngineInfo& engine : *engines) targets.push_back(engine.id);
  }
  std::erase_if(targets, [&](EngineId id) {
    return std::ranges::find(*engines, id, &EngineInfo::id) == engines->end();
  });
  return targets;
}

}  // namespace farm
