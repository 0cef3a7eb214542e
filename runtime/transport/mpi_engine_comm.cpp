#include "transport/mpi_engine_comm.hpp"

#include <utility>

#include "transport/mpi_collectives.hpp"
#include "transport/mpi_messages.hpp"
#include "transport/mpi_numbers.hpp"

namespace farm::transport {

MpiEngineComm::MpiEngineComm(MPI_Comm engines, MPI_Comm group, MpiLimits limits)
    : engines_(engines), limits_(limits), notices_(group) {
  check(MPI_Comm_set_errhandler(engines, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check(MPI_Comm_rank(engines, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(engines, &size_), "MPI_Comm_size");
}

MpiEngineComm::~MpiEngineComm() {
  // A leak on purpose: MPI may still write into what was given up.
  for (std::unique_ptr<Exchange>& exchange : abandoned_) static_cast<void>(exchange.release());
}

template <class Kind, class... Args>
std::unique_ptr<Exchange> MpiEngineComm::start(Args&&... args) {
  auto exchange = std::make_unique<Kind>(engines_, limits_, std::forward<Args>(args)...);
  exchange->test();
  return exchange;
}

std::unique_ptr<Exchange> MpiEngineComm::send(int to, int tag, Buffer message) {
  return start<MpiSend>(to, tag, std::move(message));
}

std::unique_ptr<Exchange> MpiEngineComm::receive(int from, int tag) {
  return start<MpiReceive>(from, tag);
}

std::unique_ptr<Exchange> MpiEngineComm::barrier() { return start<MpiBarrier>(); }

std::unique_ptr<Exchange> MpiEngineComm::broadcast(Buffer value, int root, Sizes sizes) {
  return start<MpiBroadcast>(std::move(value), root, sizes);
}

std::unique_ptr<Exchange> MpiEngineComm::gather(Buffer value, int root, Sizes sizes) {
  return start<MpiGather>(std::move(value), root, sizes);
}

std::unique_ptr<Exchange> MpiEngineComm::all_gather(Buffer value, Sizes sizes) {
  return start<MpiGather>(std::move(value), MpiGather::all, sizes);
}

std::unique_ptr<Exchange> MpiEngineComm::all_to_all(std::vector<Buffer> parts, Sizes sizes) {
  return start<MpiAllToAll>(std::move(parts), sizes);
}

std::unique_ptr<Exchange> MpiEngineComm::reduce(Buffer values, Number number, Operation operation,
                                                int root) {
  return start<MpiReduction>(MpiReduction::Kind::reduce, std::move(values), number, operation,
                             root);
}

std::unique_ptr<Exchange> MpiEngineComm::all_reduce(Buffer values, Number number,
                                                    Operation operation) {
  return start<MpiReduction>(MpiReduction::Kind::all_reduce, std::move(values), number, operation,
                             0);
}

std::unique_ptr<Exchange> MpiEngineComm::scan(Buffer values, Number number, Operation operation) {
  return start<MpiReduction>(MpiReduction::Kind::scan, std::move(values), number, operation, 0);
}

}  // namespace farm::transport
