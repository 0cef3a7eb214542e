#pragma once

#include <farm/engine_info.hpp>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// The GPUs of each engine that has this label, as numbers on its host: `gpu=2` of two engines on
/// one host are "0,1" and "2,3". For Terms::gpus.
std::vector<std::pair<int, std::string>> gpus_of(const std::vector<farm::EngineInfo>& engines,
                                                 const std::string& label);

/// The GPUs of such a list among those that an engine's process may use, as its own
/// CUDA_VISIBLE_DEVICES says; null: all. A number beyond those is left out.
std::string visible_gpus(const std::string& numbers, const char* visible);

}  // namespace app
