#include <algorithm>
#include <cstring>
#include <utility>

#include "transport/mpi_collectives.hpp"

namespace farm::transport {

MpiExchange::Step MpiBarrier::advance() {
  if (std::exchange(started_, true)) return Step::finished;
  check(MPI_Ibarrier(comm(), request()), "MPI_Ibarrier");
  return Step::started;
}

MpiBroadcast::MpiBroadcast(MPI_Comm comm, MpiLimits limits, Buffer value, int root,
                           detail::Sizes sizes)
    : MpiExchange(comm, limits),
      root_(root),
      sizes_(sizes),
      stage_(sizes == detail::Sizes::equal && value.size() <= long_bytes ? 1 : 0) {
  received_.push_back(std::move(value));
}

MpiExchange::Step MpiBroadcast::advance() {
  switch (stage_++) {
    case 0:
      start_head();
      return Step::started;
    case 1:
      if (take_head()) return Step::finished;
      start_value();
      return Step::started;
    default:
      return Step::finished;
  }
}

void MpiBroadcast::start_head() {
  if (rank() == root_) {
    head_.size = value().size();
    if (head_.size != 0) {
      std::memcpy(head_.value.data(), value().data(), std::min(short_bytes, value().size()));
    }
  }
  check(MPI_Ibcast(&head_, sizeof head_, MPI_BYTE, root_, comm(), request()), "MPI_Ibcast");
}

// Whether that was all.
bool MpiBroadcast::take_head() {
  if (sizes_ == detail::Sizes::equal) return value().size() == 0;
  if (rank() != root_) {
    value().resize(head_.size);
    if (head_.size != 0) {
      std::memcpy(value().data(), head_.value.data(), std::min(short_bytes, value().size()));
    }
  }
  return head_.size <= short_bytes;
}

void MpiBroadcast::start_value() {
  flows(value().size());
  for (std::size_t at = 0; at < value().size(); at += limits().part) {
    const std::size_t size = std::min(limits().part, value().size() - at);
    check(
        MPI_Ibcast(value().data() + at, static_cast<int>(size), MPI_BYTE, root_, comm(), request()),
        "MPI_Ibcast");
  }
}

}  // namespace farm::transport
