#pragma once

#include <mpi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "transport/engine_comm.hpp"

namespace farm::transport {

/// Tells the engines of a group of failures, and hears of them. In the communicator the hub is rank
/// 0 and engine r is rank r + 1; nobody else uses the tag in it.
class MpiNotices {
 public:
  static constexpr int tag = 0x6fa1;

  explicit MpiNotices(MPI_Comm group);
  ~MpiNotices();
  MpiNotices(const MpiNotices&) = delete;
  MpiNotices& operator=(const MpiNotices&) = delete;

  /// To all other engines.
  void send(std::uint64_t call);
  /// The earliest call of which there was a notice.
  std::optional<FailureNotice> earliest();

 private:
  // MPI may use the memory for as long as an engine does not take its notice.
  struct Outgoing {
    std::uint64_t call = 0;
    std::vector<MPI_Request> requests;
  };

  void post();

  MPI_Comm group_;
  std::uint64_t incoming_ = 0;
  MPI_Request receive_ = MPI_REQUEST_NULL;
  std::vector<std::unique_ptr<Outgoing>> outgoing_;
  std::optional<FailureNotice> earliest_;
};

}  // namespace farm::transport
