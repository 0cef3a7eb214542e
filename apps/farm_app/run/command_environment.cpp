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
    entries_.emplace_back(entry);
  }
}

std::vector<std::string> CommandEnvironment::with(const Variables& added) const {
  std::vector<std::string> entries;
  entries.reserve(entries_.size() + added.size());
  entries = entries_;
  std::unordered_map<std::string_view, std::size_t> fresh;
  for (const auto& [name, value] : added) {
    std::string entry = name;
    entry += '=';
    entry += value;
    if (const auto place = places_.find(name); place != places_.end()) {
      entries[place->second] = std::move(entry);
    } else if (const auto [at, is_new] = fresh.emplace(name, entries.size()); is_new) {
      entries.push_back(std::move(entry));
    } else {
      entries[at->second] = std::move(entry);
    }
  }
  return entries;
}

}  // namespace app
