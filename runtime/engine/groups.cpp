#include "engine/groups.hpp"

#include <algorithm>
#include <utility>

#include "transport/loopback_group.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

void Groups::wait_for(std::uint32_t number, std::vector<int> ranks) {
  awaited_ = {number, std::move(ranks)};
}

bool Groups::join() {
  if (!awaited_) return false;
  // In one process the engine's number in the transport is not its id.
  std::vector<EngineId> engines(awaited_->ranks.begin(), awaited_->ranks.end());
  if (engines.size() == 1) engines = {self_->id()};
  const bool lost = deaths_ != nullptr && deaths_->first_of(engines);
  if (gone_.erase(awaited_->number) == 0 && !lost) return false;
  const Awaited awaited = std::move(*awaited_);
  awaited_.reset();
  auto group = lost ? dead_group(engines) : transport_->join(awaited.number, awaited.ranks);
  add(awaited.number, std::move(group), std::move(engines));
  return true;
}

// The hub may have sent calls of the group before it knew. Their kernels run, and are told when
// they talk.
std::unique_ptr<transport::EngineGroup> Groups::dead_group(const std::vector<EngineId>& engines) {
  const auto at = std::ranges::find(engines, self_->id()) - engines.begin();
  return transport::LoopbackGroup::engine(
      std::make_shared<transport::LoopbackGroup>(engines.size()), static_cast<int>(at));
}

// To free what the dead had a part in would mean to talk to them.
void Groups::leave(std::uint32_t number) {
  const auto found = groups_.find(number);
  if (found == groups_.end()) return;
  if (found->second.port->dead()) static_cast<void>(found->second.group.release());
  groups_.erase(found);
}

void Groups::add(std::uint32_t number, std::unique_ptr<transport::EngineGroup> group,
                 std::vector<EngineId> engines) {
  Group& added = groups_[number];
  added.group = std::move(group);
  added.port = std::make_unique<CommunicatorPort>(added.group->engines(), std::move(engines),
                                                  silence_, deaths_);
  added.communicator = std::make_unique<Communicator>(*added.port);
}

Groups::Group& Groups::at(std::uint32_t number) {
  auto found = groups_.find(number);
  if (found == groups_.end() && number == wire::alone) {
    auto self = std::make_shared<transport::LoopbackGroup>(1);
    add(number, transport::LoopbackGroup::engine(std::move(self), 0), {self_->id()});
    found = groups_.find(number);
  }
  if (found == groups_.end()) throw wire::FrameError("a call names a group that nobody has joined");
  return found->second;
}

transport::EngineGroup& Groups::group(std::uint32_t number) { return *at(number).group; }

CommunicatorPort& Groups::next_call(std::uint32_t number) {
  Group& group = at(number);
  group.port->begin(++group.calls);
  return *group.port;
}

Communicator& Groups::communicator(std::uint32_t number) { return *at(number).communicator; }

}  // namespace farm::engine
