#include <numeric>
#include <utility>

#include "transport/mpi_collectives.hpp"
#include "transport/mpi_layout.hpp"

namespace farm::transport {

MpiGather::MpiGather(MPI_Comm comm, MpiLimits limits, Buffer value, int root, detail::Sizes sizes)
    : MpiExchange(comm, limits),
      value_(std::move(value)),
      root_(root),
      own_size_(value_.size()),
      sizes_(static_cast<std::size_t>(size()), own_size_),
      stage_(sizes == detail::Sizes::equal && sum(sizes_) <= long_bytes ? 1 : 0) {}

MpiExchange::Step MpiGather::advance() {
  switch (stage_++) {
    case 0:
      check(MPI_Iallgather(&own_size_, 1, MPI_UINT64_T, sizes_.data(), 1, MPI_UINT64_T, comm(),
                           request()),
            "MPI_Iallgather");
      return Step::started;
    case 1:
      flows(sum(sizes_));
      if (sum(sizes_) <= limits().total) {
        start();
      } else {
        start_messages();
      }
      return Step::started;
    default:
      if (receives() && received_.empty()) received_ = split(together_, sizes_);
      return Step::finished;
  }
}

void MpiGather::start() {
  const int size = static_cast<int>(own_size_);
  if (receives()) {
    layout_ = Layout(sizes_);
    together_.resize(sum(sizes_));
  }
  if (root_ == all) {
    check(MPI_Iallgatherv(value_.data(), size, MPI_BYTE, together_.data(), layout_.counts.data(),
                          layout_.offsets.data(), MPI_BYTE, comm(), request()),
          "MPI_Iallgatherv");
  } else {
    check(MPI_Igatherv(value_.data(), size, MPI_BYTE, together_.data(), layout_.counts.data(),
                       layout_.offsets.data(), MPI_BYTE, root_, comm(), request()),
          "MPI_Igatherv");
  }
}

void MpiGather::start_messages() {
  const int self = rank();
  if (receives()) {
    received_.resize(sizes_.size());
    for (int from = 0; from < size(); ++from) {
      Buffer& into = received_[static_cast<std::size_t>(from)];
      into.resize(sizes_[static_cast<std::size_t>(from)]);
      if (from != self) receive_bytes(into, from, bulk_tag);
    }
    Buffer& own = received_[static_cast<std::size_t>(self)];
    own.clear();
    own.append(value_.data(), value_.size());
  }
  for (int to = 0; to < size(); ++to) {
    if (to != self && (root_ == all || root_ == to)) send_bytes(value_, to, bulk_tag);
  }
}

}  // namespace farm::transport
