#pragma once

#include <mpi.h>

#include "transport/mpi_exchange.hpp"
#include "transport/mpi_notices.hpp"

namespace farm::transport {

/// Over MPI: messages, and its non-blocking collective calls.
class MpiEngineComm final : public EngineComm {
 public:
  /// `engines` holds exactly the engines, and nobody else uses it; `group` has the hub as rank 0
  /// and engine r as rank r + 1, and only the tag of MpiNotices is used in it. Both must outlive
  /// this object, which leaves it to others to free them. Not collective.
  MpiEngineComm(MPI_Comm engines, MPI_Comm group, MpiLimits limits = {});
  ~MpiEngineComm() override;

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::unique_ptr<Exchange> send(int to, int tag, Buffer message) override;
  std::unique_ptr<Exchange> receive(int from, int tag) override;
  std::unique_ptr<Exchange> barrier() override;
  std::unique_ptr<Exchange> broadcast(Buffer value, int root, Sizes sizes) override;
  std::unique_ptr<Exchange> gather(Buffer value, int root, Sizes sizes) override;
  std::unique_ptr<Exchange> all_gather(Buffer value, Sizes sizes) override;
  std::unique_ptr<Exchange> all_to_all(std::vector<Buffer> parts, Sizes sizes) override;
  std::unique_ptr<Exchange> reduce(Buffer values, Number number, Operation operation,
                                   int root) override;
  std::unique_ptr<Exchange> all_reduce(Buffer values, Number number, Operation operation) override;
  std::unique_ptr<Exchange> scan(Buffer values, Number number, Operation operation) override;

  const void* native() const override { return &engines_; }
  void notify_failure(std::uint64_t call) override { notices_.send(call); }
  std::optional<FailureNotice> failure() override { return notices_.earliest(); }

 private:
  template <class Kind, class... Args>
  std::unique_ptr<Exchange> start(Args&&... args);

  MPI_Comm engines_;
  MpiLimits limits_;
  int rank_ = 0;
  int size_ = 0;
  MpiNotices notices_;
};

}  // namespace farm::transport
