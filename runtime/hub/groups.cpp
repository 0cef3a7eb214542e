#include "hub/groups.hpp"

#include <algorithm>

#include "hub/tell.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

template <class Header>
void Groups::tell(const Group& group, const Header& header) {
  for (const transport::Peer engine : group.engines) hub::tell(*transport_, engine, header);
}

std::uint32_t Groups::use(const std::vector<transport::Peer>& engines, For user) {
  const Key key(user, engines);
  const auto found = by_key_.find(key);
  const std::uint32_t number = found != by_key_.end() ? found->second : open(key);
  Group& group = groups_.at(number);
  ++group.uses;
  group.last_use = ++uses_;
  return number;
}

std::uint32_t Groups::open(const Key& key) {
  const std::vector<transport::Peer>& engines = key.second;
  while (groups_.size() >= kept_ && leave_oldest()) {
  }
  const std::uint32_t number = ++last_;
  Group& group = groups_[number];
  group.user = key.first;
  group.engines = engines;
  group.missing = engines.size();
  group.awaited.resize(static_cast<std::size_t>(std::ranges::max(engines)) + 1);
  for (const transport::Peer engine : engines)
    group.awaited[static_cast<std::size_t>(engine)] = true;
  by_key_[key] = number;
  Buffer ranks;
  wire::encode_ranks(ranks, engines);
  for (const transport::Peer engine : engines) {
    hub::tell(*transport_, engine, wire::Group{number}, ranks.span());
  }
  return number;
}

void Groups::release(std::uint32_t number) {
  Group& group = groups_.at(number);
  if (--group.uses == 0 && group.retired) leave(number);
}

void Groups::retire(std::uint32_t number) {
  Group& group = groups_.at(number);
  if (group.retired) return;
  group.retired = true;
  by_key_.erase({group.user, group.engines});
  if (group.uses == 0) leave(number);
}

std::vector<std::uint32_t> Groups::lose(transport::Peer engine) {
  std::vector<std::uint32_t> lost;
  for (auto& [number, group] : groups_) {
    if (std::ranges::find(group.engines, engine) != group.engines.end()) lost.push_back(number);
  }
  std::erase_if(lost, [this](std::uint32_t number) {
    Group& group = groups_.at(number);
    group.broken = true;
    if (group.hub) group.hub->abandon();
    std::erase(going_, number);
    const bool unused = group.uses == 0;
    retire(number);
    return unused;
  });
  return lost;
}

// One that nobody uses was joined long ago: every call waits for that.
bool Groups::leave_oldest() {
  auto oldest = groups_.end();
  for (auto at = groups_.begin(); at != groups_.end(); ++at) {
    if (at->second.uses != 0) continue;
    if (oldest == groups_.end() || at->second.last_use < oldest->second.last_use) oldest = at;
  }
  if (oldest == groups_.end()) return false;
  by_key_.erase({oldest->second.user, oldest->second.engines});
  leave(oldest->first);
  return true;
}

void Groups::leave(std::uint32_t number) {
  tell(groups_.at(number), wire::Leave{number});
  groups_.erase(number);
}

void Groups::arrived(std::uint32_t number, transport::Peer from) {
  const auto found = groups_.find(number);
  if (found == groups_.end()) return;
  Group& group = found->second;
  const auto at = static_cast<std::size_t>(from);
  if (at >= group.awaited.size() || !group.awaited[at]) {
    throw wire::FrameError("an engine arrived at a group that does not wait for it");
  }
  group.awaited[at] = false;
  if (--group.missing != 0 || group.broken) return;
  tell(group, wire::Go{number});
  going_.push_back(number);
}

// The hub blocks in lead() and moves no queue meanwhile: every Go must be on its way by itself.
bool Groups::poll() {
  return std::erase_if(going_, [this](std::uint32_t number) {
           Group& group = groups_.at(number);
           if (std::ranges::any_of(group.engines,
                                   [this](auto engine) { return transport_->queued(engine); })) {
             return false;
           }
           group.hub = transport_->lead(number, group.engines);
           return true;
         }) != 0;
}

transport::HubGroup* Groups::joined(std::uint32_t number) { return groups_.at(number).hub.get(); }

const std::vector<transport::Peer>& Groups::engines(std::uint32_t number) const {
  return groups_.at(number).engines;
}

}  // namespace farm::hub
