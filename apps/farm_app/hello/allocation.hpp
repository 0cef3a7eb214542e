#pragma once

#include <map>
#include <optional>
#include <string>

namespace app {

/// What a scheduler has granted this job, by the variables and files that it has left.
struct Allocation {
  std::string scheduler;            ///< "Grid Engine"; empty: there is none
  std::string job;                  ///< its id
  std::optional<int> slots;         ///< in all
  std::map<std::string, int> host;  ///< slots by host name without the domain; may be empty
};

Allocation read_allocation();

/// The host name up to its first dot.
std::string short_name(const std::string& host);

}  // namespace app
