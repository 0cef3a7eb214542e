#include "policy/engine_set.hpp"

#include <algorithm>

namespace farm::policy {

namespace {

std::uint64_t hash_of(const std::vector<std::uint32_t>& engines) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, a number at a time
  for (const std::uint32_t engine : engines) hash = (hash ^ engine) * 0x100000001b3;
  return hash;
}

}  // namespace

EngineSets::EngineSets(std::vector<std::uint32_t> engines, std::uint32_t table_size)
    : single_(table_size, none) {
  auto all = std::make_unique<EngineSet>();
  all->loads = std::make_unique<LoadBuckets>(table_size);
  for (const std::uint32_t engine : engines) all->loads->insert(engine);
  all->engines = std::move(engines);
  sets_.push_back(std::move(all));
}

std::uint32_t EngineSets::use(std::vector<std::uint32_t> engines, bool& fresh) {
  fresh = false;
  if (engines.size() == 1) return use_single(engines.front(), fresh);
  std::sort(engines.begin(), engines.end());
  engines.erase(std::unique(engines.begin(), engines.end()), engines.end());
  if (engines.size() == sets_[universal]->engines.size()) return universal;
  const std::uint64_t hash = hash_of(engines);
  const auto [begin, end] = by_content_.equal_range(hash);
  for (auto at = begin; at != end; ++at) {
    if (sets_[at->second]->engines != engines) continue;
    ++sets_[at->second]->users;
    return at->second;
  }
  fresh = true;
  const std::uint32_t set = add(std::move(engines));
  sets_[set]->loads =
      std::make_unique<LoadBuckets>(static_cast<std::uint32_t>(sets_[set]->engines.size()));
  by_content_.emplace(hash, set);
  return set;
}

std::uint32_t EngineSets::use_single(std::uint32_t engine, bool& fresh) {
  if (sets_[universal]->engines.size() == 1) return universal;
  fresh = single_[engine] == none;
  if (fresh)
    single_[engine] = add({engine});
  else
    ++sets_[single_[engine]]->users;
  return single_[engine];
}

std::uint32_t EngineSets::add(std::vector<std::uint32_t> engines) {
  std::uint32_t set = 0;
  if (free_.empty()) {
    set = static_cast<std::uint32_t>(sets_.size());
    sets_.emplace_back();
  } else {
    set = free_.back();
    free_.pop_back();
  }
  sets_[set] = std::make_unique<EngineSet>();
  sets_[set]->engines = std::move(engines);
  sets_[set]->users = 1;
  return set;
}

void EngineSets::erase(std::uint32_t set) {
  const std::vector<std::uint32_t>& engines = sets_[set]->engines;
  if (engines.size() == 1) {
    single_[engines.front()] = none;
  } else {
    const auto [begin, end] = by_content_.equal_range(hash_of(engines));
    for (auto at = begin; at != end; ++at) {
      if (at->second != set) continue;
      by_content_.erase(at);
      break;
    }
  }
  sets_[set].reset();
  free_.push_back(set);
}

bool EngineSets::contains(std::uint32_t set, std::uint32_t engine) const {
  if (set == universal) return true;
  const std::vector<std::uint32_t>& engines = sets_[set]->engines;
  if (engines.size() == 1) return engines.front() == engine;
  return std::binary_search(engines.begin(), engines.end(), engine);
}

}  // namespace farm::policy
