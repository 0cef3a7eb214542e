#include "hub/commons.hpp"

#include <algorithm>

#include "hub/tell.hpp"

namespace farm::hub {

std::uint32_t Commons::use(const std::shared_ptr<detail::Common>& common, bool for_sandboxes) {
  if (common == nullptr) return 0;
  if (common->id == 0) common->id = add(common);
  std::uint32_t number = common->id;
  if (for_sandboxes) {
    number = entries_[common->id].for_sandboxes;
    if (number == 0) {
      number = add(common);
      entries_[common->id].for_sandboxes = number;
    }
  }
  Entry& entry = entries_[number];
  entry.pinned = common;
  ++entry.uses;
  return number;
}

std::uint32_t Commons::add(const std::shared_ptr<detail::Common>& common) {
  bytes_ += common->bytes.size();
  if (entries_.size() >= sweep_at_ || bytes_ >= sweep_at_bytes_) sweep();
  entries_[++last_].owner = common;
  entries_[last_].size = common->bytes.size();
  return last_;
}

void Commons::release(std::uint32_t number) {
  if (number == 0) return;
  Entry& entry = entries_[number];
  if (--entry.uses == 0) entry.pinned.reset();
}

std::shared_ptr<detail::Common> Commons::find(std::uint32_t number) const {
  const auto found = entries_.find(number);
  if (found == entries_.end()) return nullptr;
  return found->second.pinned ? found->second.pinned : found->second.owner.lock();
}

void Commons::bring(std::uint32_t number, transport::Peer peer) {
  if (number == 0) return;
  Entry& entry = entries_[number];
  const auto at = static_cast<std::size_t>(peer);
  if (at >= entry.sent.size()) entry.sent.resize(at + 1);
  if (entry.sent[at]) return;
  entry.sent[at] = true;
  tell(*transport_, peer, wire::Common{number}, entry.pinned->bytes.span());
}

// Forgets, here and on the engines, what no bound kernel owns any more. Done now and then, so that
// its cost is spread over many new ones.
void Commons::sweep() {
  for (auto at = entries_.begin(); at != entries_.end();) {
    if (at->second.uses != 0 || !at->second.owner.expired()) {
      ++at;
      continue;
    }
    for (std::size_t peer = 0; peer < at->second.sent.size(); ++peer) {
      if (!at->second.sent[peer]) continue;
      tell(*transport_, static_cast<transport::Peer>(peer), wire::Forget{at->first});
    }
    bytes_ -= at->second.size;
    at = entries_.erase(at);
  }
  sweep_at_ = std::max<std::size_t>(64, 2 * entries_.size());
  sweep_at_bytes_ = std::max(std::size_t{64} << 20, 2 * bytes_);
}

}  // namespace farm::hub
