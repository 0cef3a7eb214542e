#include "hub/conditions.hpp"

#include "hub/tell.hpp"

namespace farm::hub {

std::uint32_t Conditions::number_of(const detail::Requirement* requirement) {
  if (requirement == nullptr) return 0;
  const std::uint32_t kernel = requirement->predicate->index();
  const std::uint32_t known = requirement->common == nullptr ? 0 : requirement->common->id;
  if (requirement->common == nullptr || known != 0) {
    if (const auto found = numbers_.find({kernel, known}); found != numbers_.end()) {
      return found->second;
    }
  }
  // The common arguments stay in use for the rest of the run, as the predicate does.
  const std::uint32_t common = commons_->use(requirement->common);
  entries_.push_back({kernel, common, {}});
  const auto number = static_cast<std::uint32_t>(entries_.size());
  numbers_[{kernel, common}] = number;
  return number;
}

void Conditions::bring(std::uint32_t number, transport::Peer peer) {
  if (number == 0) return;
  Entry& entry = entries_[number - 1];
  const auto at = static_cast<std::size_t>(peer);
  if (at >= entry.sent.size()) entry.sent.resize(at + 1);
  if (entry.sent[at]) return;
  entry.sent[at] = true;
  commons_->bring(entry.common, peer);
  tell(*transport_, peer, wire::Condition{number, entry.kernel, entry.common});
}

}  // namespace farm::hub
