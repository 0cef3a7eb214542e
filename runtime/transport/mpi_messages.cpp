#include "transport/mpi_messages.hpp"

#include <algorithm>

namespace farm::transport {

MpiExchange::Step MpiSend::advance() {
  if (started_) return Step::finished;
  started_ = true;
  const std::size_t piece = limits().piece;
  for (std::size_t at = 0; at <= message_.size(); at += piece) {
    const auto size = static_cast<int>(std::min(piece, message_.size() - at));
    check(MPI_Isend(message_.data() + at, size, MPI_BYTE, to_, tag_, comm(), request()),
          "MPI_Isend");
  }
  return Step::started;
}

MpiExchange::Step MpiReceive::advance() {
  if (last_ && *last_ < limits().piece) return Step::finished;
  // One thread receives, and one message of a tag at a time: what is seen is what is received.
  int seen = 0;
  MPI_Status status;
  check(MPI_Iprobe(from_ == EngineComm::any_source ? MPI_ANY_SOURCE : from_, tag_, comm(), &seen,
                   &status),
        "MPI_Iprobe");
  if (seen == 0) return Step::waiting;
  int size = 0;
  check(MPI_Get_count(&status, MPI_BYTE, &size), "MPI_Get_count");
  source_ = from_ = status.MPI_SOURCE;
  last_ = static_cast<std::size_t>(size);
  flows(*last_);
  std::byte* into = received_[0].extend(*last_);
  check(MPI_Irecv(into, size, MPI_BYTE, from_, tag_, comm(), request()), "MPI_Irecv");
  return Step::started;
}

}  // namespace farm::transport
