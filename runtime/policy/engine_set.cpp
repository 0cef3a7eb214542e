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

EngineSets::EngineSets(std::vector<std::uint32_t> engines, std::uint32_t table_size, bool grows)
    : grows_(grows), single_(table_size, none) {
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
  if (!grows_ && engines.size() == sets_[universal]->engines.size()) return universal;
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
  if (!grows_ && sets_[universal]->engines.size() == 1) return universal;
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
  unlist(set);
  sets_[set].reset();
  free_.push_back(set);
}

// Nobody finds the set by its engines any more.
void EngineSets::unlist(std::uint32_t set) {
  const std::vector<std::uint32_t>& engines = sets_[set]->engines;
  if (engines.size() == 1) {
    if (single_[engines.front()] == set) single_[engines.front()] = none;
    return;
  }
  const auto [begin, end] = by_content_.equal_range(hash_of(engines));
  for (auto at = begin; at != end; ++at) {
    if (at->second != set) continue;
    by_content_.erase(at);
    return;
  }
}

void EngineSets::gain(std::uint32_t engine) {
  EngineSet& all = *sets_[universal];
  single_.resize(engine + 1, none);
  all.engines.push_back(engine);
  all.loads->grow(engine + 1);
  all.loads->insert(engine);
  all.by_use.reset();
}

void EngineSets::lose(std::uint32_t engine) {
  EngineSet& all = *sets_[universal];
  all.engines.erase(std::lower_bound(all.engines.begin(), all.engines.end(), engine));
  all.loads->remove(engine);
  all.by_use.reset();
}

void EngineSets::shrink(std::uint32_t number, std::uint32_t position) {
  unlist(number);
  EngineSet& set = *sets_[number];
  set.engines.erase(set.engines.begin() + position);
  set.by_use.reset();
  if (!set.loads) return;
  const LoadBuckets before = std::move(*set.loads);
  *set.loads = LoadBuckets(static_cast<std::uint32_t>(set.engines.size()));
  for (std::uint32_t at = 0; at < set.engines.size(); ++at) {
    const std::uint32_t was = at < position ? at : at + 1;
    set.loads->set(at, before.load(was));
    if (before.contains(was)) set.loads->insert(at, before.load(was));
  }
}

bool EngineSets::contains(std::uint32_t set, std::uint32_t engine) const {
  if (set == universal) return true;
  const std::vector<std::uint32_t>& engines = sets_[set]->engines;
  if (engines.size() == 1) return engines.front() == engine;
  return std::binary_search(engines.begin(), engines.end(), engine);
}

}  // namespace farm::policy
