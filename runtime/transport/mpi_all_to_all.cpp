#include <algorithm>
#include <utility>

#include "transport/mpi_collectives.hpp"
#include "transport/mpi_layout.hpp"

namespace farm::transport {

MpiAllToAll::MpiAllToAll(MPI_Comm comm, MpiLimits limits, std::vector<Buffer> parts,
                         detail::Sizes sizes)
    : MpiExchange(comm, limits), parts_(std::move(parts)) {
  for (const Buffer& part : parts_) out_.sizes.push_back(part.size());
  in_.sizes = out_.sizes;
  largest_ = sum(out_.sizes);
  if (sizes == detail::Sizes::equal && largest_ <= long_bytes) stage_ = 2;
}

MpiExchange::Step MpiAllToAll::advance() {
  switch (stage_++) {
    case 0:
      check(MPI_Ialltoall(out_.sizes.data(), 1, MPI_UINT64_T, in_.sizes.data(), 1, MPI_UINT64_T,
                          comm(), request()),
            "MPI_Ialltoall");
      return Step::started;
    case 1:
      own_ = std::max(sum(out_.sizes), sum(in_.sizes));
      check(MPI_Iallreduce(&own_, &largest_, 1, MPI_UINT64_T, MPI_MAX, comm(), request()),
            "MPI_Iallreduce");
      return Step::started;
    case 2:
      flows(largest_);
      if (largest_ <= limits().total) {
        start();
      } else {
        start_messages();
      }
      return Step::started;
    default:
      if (received_.empty()) received_ = split(in_.bytes, in_.sizes);
      return Step::finished;
  }
}

void MpiAllToAll::start() {
  out_.layout = Layout(out_.sizes);
  in_.layout = Layout(in_.sizes);
  out_.bytes.reserve(sum(out_.sizes));
  for (Buffer& part : parts_) {
    out_.bytes.append(part.data(), part.size());
    part = Buffer();
  }
  in_.bytes.resize(sum(in_.sizes));
  check(MPI_Ialltoallv(out_.bytes.data(), out_.layout.counts.data(), out_.layout.offsets.data(),
                       MPI_BYTE, in_.bytes.data(), in_.layout.counts.data(),
                       in_.layout.offsets.data(), MPI_BYTE, comm(), request()),
        "MPI_Ialltoallv");
}

void MpiAllToAll::start_messages() {
  const auto self = static_cast<std::size_t>(rank());
  received_.resize(parts_.size());
  for (std::size_t from = 0; from < parts_.size(); ++from) {
    if (from == self) continue;
    received_[from].resize(in_.sizes[from]);
    receive_bytes(received_[from], static_cast<int>(from), bulk_tag);
  }
  for (std::size_t to = 0; to < parts_.size(); ++to) {
    if (to != self) send_bytes(parts_[to], static_cast<int>(to), bulk_tag);
  }
  received_[self] = std::move(parts_[self]);
}

}  // namespace farm::transport
