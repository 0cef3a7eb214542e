#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "farm/engine_info.hpp"

namespace farm {

/// What each rank tells rank 0 at the start.
struct Boot {
  EngineInfo info;
  std::string clock;    ///< equal where processes share a clock
  std::string network;  ///< equal where processes share a loopback interface
  std::uint64_t fingerprint = 0;
  std::size_t kernels = 0;
  std::string error;  ///< why this rank cannot work; empty if it can
};

std::string encode(const Boot& boot);
Boot decode_boot(const std::string& text);

/// An empty string if all ranks fit together, otherwise what is wrong and what to do.
std::string check(const std::vector<Boot>& boots);

}  // namespace farm
