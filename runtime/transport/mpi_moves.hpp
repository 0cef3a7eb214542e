#pragma once

#include <mpi.h>

#include <limits>
#include <vector>

#include "farm/bytes.hpp"
#include "transport/group.hpp"

namespace farm::transport {

/// The largest piece of what MPI's 31-bit counts cannot say at once.
inline constexpr std::size_t big_piece = std::size_t{1} << 30;

/// Whether a part of this size goes by itself, in pieces, and not with the others of a group of so
/// many engines: then what goes together is never beyond 31 bits, and each side knows it from the
/// part's own size.
constexpr bool travels_alone(std::size_t size, std::size_t engines) {
  return size > static_cast<std::size_t>(std::numeric_limits<int>::max()) / engines;
}

/// Requests that are complete together.
class Requests : public Operation {
 public:
  bool test() override;

 protected:
  MPI_Request& add() { return requests_.emplace_back(MPI_REQUEST_NULL); }
  void send(const std::byte* from, std::size_t size, int to, MPI_Comm comm);
  void receive(std::byte* into, std::size_t size, int from, MPI_Comm comm);

 private:
  std::vector<MPI_Request> requests_;
};

/// MPI_Ibcast from rank 0.
class Broadcast final : public Requests {
 public:
  Broadcast(std::span<std::byte> data, MPI_Comm comm);
};

/// The hub's MPI_Iscatterv. Engine i is rank i + 1.
class ScatterAll final : public Requests {
 public:
  ScatterAll(std::span<const std::byte> block, std::span<const Extent> parts, MPI_Comm comm);

 private:
  std::vector<int> counts_;
  std::vector<int> offsets_;
  Buffer side_;  // parts that lie too far apart for 31 bits, side by side
};

class ScatterPart final : public Requests {
 public:
  ScatterPart(std::span<std::byte> mine, std::size_t engines, MPI_Comm comm);
};

/// The hub's MPI_Igatherv.
class GatherAll final : public Requests {
 public:
  GatherAll(std::span<std::byte> block, std::span<const Extent> parts, MPI_Comm comm);
  bool test() override;

 private:
  std::span<std::byte> block_;
  std::vector<Extent> parts_;
  std::vector<int> counts_;
  std::vector<int> offsets_;
  Buffer side_;
};

class GatherPart final : public Requests {
 public:
  GatherPart(std::span<const std::byte> mine, std::size_t engines, MPI_Comm comm);
};

}  // namespace farm::transport
