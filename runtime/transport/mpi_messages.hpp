#pragma once

#include <optional>
#include <utility>

#include "transport/mpi_exchange.hpp"

namespace farm::transport {

/// A message is a sequence of full pieces and one that is shorter, which may be empty. It needs no
/// header, and most messages are one piece. All are under way at once, so that MPI can go on with
/// them in whatever call; that some are gone tells that the receiver takes them.
class MpiSend final : public MpiExchange {
 public:
  MpiSend(MPI_Comm comm, MpiLimits limits, int to, int tag, Buffer message)
      : MpiExchange(comm, limits), to_(to), tag_(tag), message_(std::move(message)) {}

 private:
  Step advance() override;

  int to_;
  int tag_;
  Buffer message_;
  bool started_ = false;
};

/// Takes the pieces of one message, of which the first decides who the sender is. That no receive
/// is posted before a piece is there lets it be given up without loss.
class MpiReceive final : public MpiExchange {
 public:
  MpiReceive(MPI_Comm comm, MpiLimits limits, int from, int tag)
      : MpiExchange(comm, limits), from_(from), tag_(tag) {
    received_.resize(1);
  }

 private:
  Step advance() override;

  int from_;
  int tag_;
  std::optional<std::size_t> last_;  // bytes of the piece before
};

}  // namespace farm::transport
