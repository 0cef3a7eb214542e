#include "farm/store.hpp"

#include <algorithm>

namespace farm {

detail::Slot* Store::slot_of(std::string_view name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : found->second.get();
}

void Store::replace(std::string_view name, std::unique_ptr<detail::Slot> slot) {
  slots_.insert_or_assign(std::string(name), std::move(slot));
}

bool Store::erase(std::string_view name) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return false;
  slots_.erase(found);
  return true;
}

std::vector<StoredName> Store::names() const {
  std::vector<StoredName> names;
  names.reserve(slots_.size());
  for (const auto& [name, slot] : slots_) {
    names.push_back({name, detail::readable_type(slot->type()), slot->bytes()});
  }
  return names;
}

void Store::throw_missing(std::string_view name, const std::type_info& wanted) const {
  std::string where = "'";
  where.append(name).append("' on engine ").append(std::to_string(engine_.rank()));
  const detail::Slot* there = slot_of(name);
  if (there == nullptr) {
    throw NameError("there is no " + where + " (asked for: " + detail::readable_type(wanted) + ")");
  }
  throw NameError(where + " is of type " + detail::readable_type(there->type()) + ", not " +
                  detail::readable_type(wanted));
}

}  // namespace farm
