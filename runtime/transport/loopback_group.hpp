#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "transport/group.hpp"
#include "transport/loopback_engine_comm.hpp"

namespace farm::transport {

/// A group within one process. Call k of the hub meets call k of each engine: the hub shows its
/// memory, and each engine copies what is its own when it gets there.
class LoopbackGroup {
 public:
  explicit LoopbackGroup(std::size_t engines);

  /// Both ends refer to the group, which they keep alive.
  static std::unique_ptr<HubGroup> hub(std::shared_ptr<LoopbackGroup> group);
  static std::unique_ptr<EngineGroup> engine(std::shared_ptr<LoopbackGroup> group, int rank);

 private:
  enum class Way { all_out, parts_out, parts_in };
  struct Call {
    Way way = Way::all_out;
    std::byte* block = nullptr;  // the hub's; written to on the way in only
    std::vector<Extent> parts;
    std::size_t size = 0;
    std::size_t left = 0;  // engines that have not copied
  };
  class Hub;
  class Engine;
  class HubCall;
  class EngineCall;

  std::mutex mutex_;
  std::size_t engines_;
  std::map<std::uint64_t, Call> calls_;
  LoopbackEngineComms comms_;
};

}  // namespace farm::transport
