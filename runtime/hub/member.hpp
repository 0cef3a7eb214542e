#pragma once

#include "farm/engine_info.hpp"
#include "transport/transport.hpp"

namespace farm::hub {

/// An engine as the hub knows it.
struct Member {
  EngineInfo info;
  transport::Peer peer = 0;
  bool same_clock = true;  ///< whether it reads the hub's own clock
};

}  // namespace farm::hub
