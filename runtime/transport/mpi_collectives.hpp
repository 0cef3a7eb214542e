#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "transport/mpi_exchange.hpp"
#include "transport/mpi_layout.hpp"

namespace farm::transport {

class MpiBarrier final : public MpiExchange {
 public:
  using MpiExchange::MpiExchange;

 private:
  Step advance() override;

  bool started_ = false;
};

/// The first stage tells the size, and a short value with it.
class MpiBroadcast final : public MpiExchange {
 public:
  MpiBroadcast(MPI_Comm comm, MpiLimits limits, Buffer value, int root, detail::Sizes sizes);

 private:
  static constexpr std::size_t short_bytes = 1016;
  struct Head {
    std::uint64_t size = 0;
    std::array<std::byte, short_bytes> value{};
  };

  Step advance() override;
  void start_head();
  bool take_head();
  void start_value();

  Buffer& value() { return received_[0]; }

  int root_;
  detail::Sizes sizes_;
  Head head_;
  int stage_;
};

/// To one rank or to all. The first stage tells everybody all sizes, by which all decide alike
/// whether MPI's own call can count the bytes or whether they go as messages.
class MpiGather final : public MpiExchange {
 public:
  /// As root: everybody.
  static constexpr int all = -1;
  MpiGather(MPI_Comm comm, MpiLimits limits, Buffer value, int root, detail::Sizes sizes);

 private:
  Step advance() override;
  void start();
  void start_messages();

  bool receives() const { return root_ == all || root_ == rank(); }

  Buffer value_;
  int root_;
  std::uint64_t own_size_;
  std::vector<std::uint64_t> sizes_;
  Buffer together_;
  Layout layout_;
  int stage_;
};

/// As a gather; since no rank sees all sizes, one more stage tells the largest sum of any rank.
class MpiAllToAll final : public MpiExchange {
 public:
  MpiAllToAll(MPI_Comm comm, MpiLimits limits, std::vector<Buffer> parts, detail::Sizes sizes);

 private:
  struct Side {
    std::vector<std::uint64_t> sizes;
    Layout layout;
    Buffer bytes;
  };

  Step advance() override;
  void start();
  void start_messages();

  std::vector<Buffer> parts_;
  Side out_;
  Side in_;
  std::uint64_t own_ = 0;
  std::uint64_t largest_ = 0;
  int stage_ = 0;
};

}  // namespace farm::transport
