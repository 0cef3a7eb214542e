#pragma once

#include "transport/mpi_exchange.hpp"

namespace farm::transport {

/// A reduction of numbers by MPI.
class MpiReduction final : public MpiExchange {
 public:
  enum class Kind { reduce, all_reduce, scan };

  /// `root` is for Kind::reduce.
  MpiReduction(MPI_Comm comm, MpiLimits limits, Kind kind, Buffer values, detail::Number number,
               detail::Operation operation, int root);

 private:
  Step advance() override;
  void start(const std::byte* from, std::byte* to, int count);

  Kind kind_;
  Buffer values_;
  detail::Number number_;
  detail::Operation operation_;
  int root_;
  bool started_ = false;
};

}  // namespace farm::transport
