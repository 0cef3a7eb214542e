#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "transport/engine_comm.hpp"
#include "transport/mpi_check.hpp"

namespace farm::transport {

/// How much may go in one MPI call, whose counts are of type int. Tests set less.
struct MpiLimits {
  std::size_t piece = std::size_t{4} << 20;         ///< bytes of a message, see MpiSend
  std::size_t part = std::size_t{1} << 30;          ///< bytes of a broadcast or reduction
  std::size_t total = (std::size_t{1} << 31U) - 1;  ///< bytes at one rank of another collective
};

/// An exchange as a chain of stages, each of which starts some MPI requests.
class MpiExchange : public Exchange {
 public:
  MpiExchange(MPI_Comm comm, MpiLimits limits) : comm_(comm), limits_(limits) {}

  bool test() final;
  bool flowing() const final { return flows_ || open_ < requests_.size(); }

 protected:
  /// What is longer takes longer than to ask first whether all ranks are there.
  static constexpr std::size_t long_bytes = std::size_t{64} << 10;

  enum class Step {
    started,   ///< new requests
    waiting,   ///< for something that is no request: call again
    finished,  ///< and nothing more to do
  };

  /// All requests so far are complete: takes the next step.
  virtual Step advance() = 0;

  MPI_Comm comm() const { return comm_; }
  const MpiLimits& limits() const { return limits_; }
  int rank() const;
  int size() const;
  /// Where the next request belongs.
  MPI_Request* request();
  /// All ranks take part by now, and what remains is the transport of so many bytes.
  void flows(std::size_t bytes) { flows_ = bytes > long_bytes; }

  /// In parts if need be, of a size that the receiver knows.
  void send_bytes(const Buffer& bytes, int to, int tag);
  void receive_bytes(Buffer& bytes, int from, int tag);

 private:
  MPI_Comm comm_;
  MpiLimits limits_;
  std::vector<MPI_Request> requests_;
  std::vector<int> indices_;
  std::size_t open_ = 0;
  bool flows_ = false;
  Step step_ = Step::started;
};

}  // namespace farm::transport
