#pragma once

#include <memory>

#include "transport/engine_comm.hpp"

namespace farm::transport {

/// A group of engines within one process, in a thread each; also the one engine of a job of one
/// process. Every collective call waits for all ranks, which MPI may do and rarely does.
class LoopbackEngineComms {
 public:
  explicit LoopbackEngineComms(int size);

  /// The end of this rank, for one thread; may outlive this object.
  std::unique_ptr<EngineComm> at(int rank) const;

 private:
  class Shared;
  class Comm;
  class Send;
  class Receive;
  class Collective;

  std::shared_ptr<Shared> shared_;
};

}  // namespace farm::transport
