#pragma once

#include <string>
#include <vector>

#include "farm/engine_info.hpp"

namespace farm {

/// What engines have that were started in place of dead ones.
inline constexpr const char* respawned_label = "respawned";

struct Label {
  std::string name;
  double amount = 1;
};

/// Reads `gpu`, `gpu=2` or `memory=16G`; K, M, G and T are powers of 1024. Throws
/// std::invalid_argument in a sentence.
Label read_label(const std::string& text);

/// Those of `among` (all if it is empty) that have what is needed, in their order. Throws NoEngines
/// if there are none, saying what they have; std::invalid_argument for a text that is no label.
std::vector<EngineId> engines_with(const std::vector<std::string>& needs,
                                   const std::vector<EngineInfo>& engines,
                                   const std::vector<EngineId>& among);

}  // namespace farm
