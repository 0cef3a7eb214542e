#include "farm_app/run/command_environment.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace app {

bool reaches_commands(std::string_view name) {
  constexpr auto prefixes = std::to_array<std::string_view>(
      {"FARM_", "OMPI_", "ORTE_", "PRTE_", "PMIX_", "PMI_", "PMI2_", "HYDI_", "HYDRA_", "MPIR_",
       "MPI_LOCAL", "I_MPI_HYDRA_", "MV2_COMM_WORLD_"});
  // A permission of the user's, for all Open MPI jobs.
  if (name.starts_with("OMPI_ALLOW_RUN_AS_ROOT")) return true;
  return std::ranges::none_of(prefixes,
                              [name](std::string_view prefix) { return name.starts_with(prefix); });
}

std::vector<std::string> command_environment(const char* const* process, const Variables& added) {
  std::vector<std::string> environment;
  std::unordered_map<std::string, std::size_t> places;
  for (; process != nullptr && *process != nullptr; ++process) {
    const std::string_view entry(*process);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (!reaches_commands(name)) continue;
    places.emplace(name, environment.size());
    environment.emplace_back(entry);
  }
  for (const auto& [name, value] : added) {
    const auto [place, fresh] = places.emplace(name, environment.size());
    if (fresh) environment.emplace_back();
    environment[place->second] = name + '=' + value;
  }
  return environment;
}

}  // namespace app
