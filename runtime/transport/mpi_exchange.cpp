#include "transport/mpi_exchange.hpp"

#include <algorithm>

namespace farm::transport {

MPI_Request* MpiExchange::request() {
  ++open_;
  return &requests_.emplace_back(MPI_REQUEST_NULL);
}

bool MpiExchange::test() {
  while (step_ != Step::finished) {
    if (open_ != 0) {
      int count = 0;
      indices_.resize(requests_.size());
      check(MPI_Testsome(static_cast<int>(requests_.size()), requests_.data(), &count,
                         indices_.data(), MPI_STATUSES_IGNORE),
            "MPI_Testsome");
      open_ -= static_cast<std::size_t>(count);
      if (open_ != 0) return false;
    }
    requests_.clear();
    step_ = advance();
    if (step_ == Step::waiting) return false;
  }
  return true;
}

int MpiExchange::rank() const {
  int rank = 0;
  check(MPI_Comm_rank(comm_, &rank), "MPI_Comm_rank");
  return rank;
}

int MpiExchange::size() const {
  int size = 0;
  check(MPI_Comm_size(comm_, &size), "MPI_Comm_size");
  return size;
}

void MpiExchange::send_bytes(const Buffer& bytes, int to, int tag) {
  for (std::size_t at = 0; at < bytes.size(); at += limits_.part) {
    const std::size_t size = std::min(limits_.part, bytes.size() - at);
    check(MPI_Isend(bytes.data() + at, static_cast<int>(size), MPI_BYTE, to, tag, comm_, request()),
          "MPI_Isend");
  }
}

void MpiExchange::receive_bytes(Buffer& bytes, int from, int tag) {
  for (std::size_t at = 0; at < bytes.size(); at += limits_.part) {
    const std::size_t size = std::min(limits_.part, bytes.size() - at);
    check(
        MPI_Irecv(bytes.data() + at, static_cast<int>(size), MPI_BYTE, from, tag, comm_, request()),
        "MPI_Irecv");
  }
}

}  // namespace farm::transport
