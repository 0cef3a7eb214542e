#include "engine/registry.hpp"

#include <algorithm>
#include <string_view>

#include "farm/error.hpp"

namespace farm::engine {

Registry::Registry() {
  for (detail::KernelEntry* entry = detail::KernelEntry::first(); entry != nullptr;
       entry = entry->next()) {
    entries_.push_back(entry);
  }
  const auto name = [](const detail::KernelEntry* entry) {
    return std::string_view(entry->identity());
  };
  std::ranges::sort(entries_, {}, name);
  if (const auto twin = std::ranges::adjacent_find(entries_, {}, name); twin != entries_.end()) {
    throw Error(
        "two kernels have the same name and cannot be told apart: " +
        detail::readable_name(**twin) + " and " + detail::readable_name(**(twin + 1)) +
        ". They stand in unnamed namespaces, or are static, in two source files: rename one "
        "of them or put them into named namespaces");
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entries_[i]->number(static_cast<std::uint32_t>(i));
  }
}

// FNV-1a over the sorted names.
std::uint64_t Registry::fingerprint() const {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const detail::KernelEntry* entry : entries_) {
    for (const char c : std::string_view(entry->identity())) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  return hash;
}

}  // namespace farm::engine
