#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "farm/types.hpp"
#include "hub/member.hpp"

namespace farm::hub {

/// An engine that is gone, and why, as a clause.
struct Loss {
  EngineId engine;
  std::string why;
  std::optional<Member> successor = {};  ///< an engine that has been started in its place
};

/// Where the hub hears of engines that are gone.
struct Losses {
  /// How many there were; looked at in every poll. Null: nobody tells.
  const std::atomic<std::size_t>* count = nullptr;
  /// Those that nobody has taken yet.
  std::function<std::vector<Loss>()> take;
  /// Ends an engine that nobody can reach any more. Null: nobody can.
  std::function<void(EngineId, const std::string& why)> condemn;
};

}  // namespace farm::hub
