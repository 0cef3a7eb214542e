#include "farm_app/run/command_environment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "farm_app/run/keeper_orphans.hpp"

namespace app {

bool reaches_commands(std::string_view name) {
  constexpr auto prefixes = std::to_array<std::string_view>(
      {"FARM_", "OMPI_", "ORTE_", "PRTE_", "PMIX_", "PMI_", "PMI2_", "HYDI_", "HYDRA_", "MPIR_",
       "MPI_LOCAL", "I_MPI_HYDRA_", "MV2_COMM_WORLD_"});
  // A permission of the user's, for all Open MPI jobs.
  if (name.starts_with("OMPI_ALLOW_RUN_AS_ROOT")) return true;
  // By this they are found if their keeper is killed.
  if (name == keeper::session_variable) return true;
  return std::ranges::none_of(prefixes,
                              [name](std::string_view prefix) { return name.starts_with(prefix); });
}

CommandEnvironment::CommandEnvironment(const char* const* process) {
  for (; process != nullptr && *process != nullptr; ++process) {
    const std::string_view entry(*process);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (!reaches_commands(name)) continue;
    places_.emplace(name, entries_.size());
    entries_.push_back(texts_.emplace_back(entry).c_str());
  }
}

std::vector<const char*> CommandEnvironment::with(const Variables& added,
                                                  std::vector<std::string>& room) const {
  std::vector<const char*> entries;
  entries.reserve(entries_.size() + added.size() + 1);
  entries = entries_;
  room.clear();
  room.reserve(added.size());
  std::unordered_map<std::string_view, std::size_t> fresh;
  for (const auto& [name, value] : added) {
    const char* entry = room.emplace_back(name).append(1, '=').append(value).c_str();
    if (const auto place = places_.find(name); place != places_.end()) {
      entries[place->second] = entry;
    } else if (const auto [at, is_new] = fresh.emplace(name, entries.size()); is_new) {
      entries.push_back(entry);
    } else {
      entries[at->second] = entry;
    }
  }
  entries.push_back(nullptr);
  return entries;
}

}  // namespace app
