#include "transport/mpi_notices.hpp"

#include "transport/mpi_check.hpp"

namespace farm::transport {

namespace {

constexpr int hub = 0;

}  // namespace

MpiNotices::MpiNotices(MPI_Comm group) : group_(group) {
  check(MPI_Comm_set_errhandler(group, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  post();
}

MpiNotices::~MpiNotices() {
  if (receive_ != MPI_REQUEST_NULL) {
    MPI_Cancel(&receive_);
    MPI_Wait(&receive_, MPI_STATUS_IGNORE);
  }
  for (std::unique_ptr<Outgoing>& notice : outgoing_) {
    int done = 0;
    MPI_Testall(static_cast<int>(notice->requests.size()), notice->requests.data(), &done,
                MPI_STATUSES_IGNORE);
    // A leak on purpose: it is still MPI's.
    if (done == 0) static_cast<void>(notice.release());
  }
}

void MpiNotices::post() {
  check(MPI_Irecv(&incoming_, 1, MPI_UINT64_T, MPI_ANY_SOURCE, tag, group_, &receive_),
        "MPI_Irecv");
}

void MpiNotices::send(std::uint64_t call) {
  int self = 0;
  int size = 0;
  check(MPI_Comm_rank(group_, &self), "MPI_Comm_rank");
  check(MPI_Comm_size(group_, &size), "MPI_Comm_size");
  outgoing_.push_back(std::make_unique<Outgoing>());
  Outgoing& notice = *outgoing_.back();
  notice.call = call;
  for (int to = 0; to < size; ++to) {
    if (to == hub || to == self) continue;
    check(MPI_Isend(&notice.call, 1, MPI_UINT64_T, to, tag, group_,
                    &notice.requests.emplace_back(MPI_REQUEST_NULL)),
          "MPI_Isend");
  }
}

std::optional<FailureNotice> MpiNotices::earliest() {
  while (true) {
    int done = 0;
    MPI_Status status;
    check(MPI_Test(&receive_, &done, &status), "MPI_Test");
    if (done == 0) return earliest_;
    const FailureNotice notice{status.MPI_SOURCE - 1, incoming_};
    if (!earliest_ || notice.call < earliest_->call) earliest_ = notice;
    post();
  }
}

}  // namespace farm::transport
