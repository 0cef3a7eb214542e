#include "transport/mpi_moves.hpp"

#include <algorithm>
#include <cstring>

#include "transport/mpi_check.hpp"

namespace farm::transport {

namespace {

constexpr int hub_rank = 0;
constexpr int piece_tag = 1;
// Several broadcasts at a time keep more ranks busy than one: 64 MiB to 7 ranks that share 2 cores
// took 46 ms in pieces of 512 KiB and 57 ms as one, to fewer ranks the same.
constexpr std::size_t least_piece = std::size_t{512} << 10;
constexpr std::size_t most_pieces = 128;

// How parts go together in one call: counts and offsets by rank, the hub's own empty.
struct Together {
  std::vector<int> counts;
  std::vector<int> offsets;
  std::size_t side = 0;  // bytes of the parts side by side, if they lie too far apart; else 0
};

Together together(std::span<const Extent> parts) {
  Together table{std::vector<int>(parts.size() + 1), std::vector<int>(parts.size() + 1), 0};
  std::size_t sum = 0;
  bool far = false;
  for (const Extent& part : parts) {
    if (travels_alone(part.size, parts.size())) continue;
    far = far || part.offset > static_cast<std::size_t>(std::numeric_limits<int>::max());
    sum += part.size;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (travels_alone(parts[i].size, parts.size())) continue;
    table.counts[i + 1] = static_cast<int>(parts[i].size);
    table.offsets[i + 1] = static_cast<int>(far ? at : parts[i].offset);
    at += parts[i].size;
  }
  if (far) table.side = sum;
  return table;
}

}  // namespace

bool Requests::test() {
  int done = 0;
  check(
      MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &done, MPI_STATUSES_IGNORE),
      "MPI_Testall");
  return done != 0;
}

void Requests::send(const std::byte* from, std::size_t size, int to, MPI_Comm comm) {
  for (std::size_t at = 0; at < size; at += big_piece) {
    check(MPI_Isend(from + at, static_cast<int>(std::min(big_piece, size - at)), MPI_BYTE, to,
                    piece_tag, comm, &add()),
          "MPI_Isend");
  }
}

void Requests::receive(std::byte* into, std::size_t size, int from, MPI_Comm comm) {
  for (std::size_t at = 0; at < size; at += big_piece) {
    check(MPI_Irecv(into + at, static_cast<int>(std::min(big_piece, size - at)), MPI_BYTE, from,
                    piece_tag, comm, &add()),
          "MPI_Irecv");
  }
}

Broadcast::Broadcast(std::span<std::byte> data, MPI_Comm comm) {
  const std::size_t piece = std::clamp(data.size() / most_pieces, least_piece, big_piece);
  for (std::size_t at = 0; at < data.size(); at += piece) {
    const auto size = static_cast<int>(std::min(piece, data.size() - at));
    check(MPI_Ibcast(data.data() + at, size, MPI_BYTE, hub_rank, comm, &add()), "MPI_Ibcast");
  }
}

ScatterAll::ScatterAll(std::span<const std::byte> block, std::span<const Extent> parts,
                       MPI_Comm comm) {
  Together table = together(parts);
  counts_ = std::move(table.counts);
  offsets_ = std::move(table.offsets);
  side_.resize(table.side);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::byte* from = block.data() + parts[i].offset;
    if (travels_alone(parts[i].size, parts.size())) {
      send(from, parts[i].size, static_cast<int>(i) + 1, comm);
    } else if (table.side != 0 && parts[i].size != 0) {
      std::memcpy(side_.data() + offsets_[i + 1], from, parts[i].size);
    }
  }
  check(MPI_Iscatterv(table.side != 0 ? side_.data() : block.data(), counts_.data(),
                      offsets_.data(), MPI_BYTE, nullptr, 0, MPI_BYTE, hub_rank, comm, &add()),
        "MPI_Iscatterv");
}

ScatterPart::ScatterPart(std::span<std::byte> mine, std::size_t engines, MPI_Comm comm) {
  const bool alone = travels_alone(mine.size(), engines);
  if (alone) receive(mine.data(), mine.size(), hub_rank, comm);
  check(MPI_Iscatterv(nullptr, nullptr, nullptr, MPI_BYTE, mine.data(),
                      alone ? 0 : static_cast<int>(mine.size()), MPI_BYTE, hub_rank, comm, &add()),
        "MPI_Iscatterv");
}

GatherAll::GatherAll(std::span<std::byte> block, std::span<const Extent> parts, MPI_Comm comm)
    : block_(block) {
  Together table = together(parts);
  counts_ = std::move(table.counts);
  offsets_ = std::move(table.offsets);
  side_.resize(table.side);
  if (table.side != 0) parts_.assign(parts.begin(), parts.end());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!travels_alone(parts[i].size, parts.size())) continue;
    receive(block.data() + parts[i].offset, parts[i].size, static_cast<int>(i) + 1, comm);
  }
  check(MPI_Igatherv(nullptr, 0, MPI_BYTE, table.side != 0 ? side_.data() : block.data(),
                     counts_.data(), offsets_.data(), MPI_BYTE, hub_rank, comm, &add()),
        "MPI_Igatherv");
}

bool GatherAll::test() {
  if (!Requests::test()) return false;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (counts_[i + 1] == 0) continue;
    std::memcpy(block_.data() + parts_[i].offset, side_.data() + offsets_[i + 1], parts_[i].size);
  }
  return true;
}

GatherPart::GatherPart(std::span<const std::byte> mine, std::size_t engines, MPI_Comm comm) {
  const bool alone = travels_alone(mine.size(), engines);
  if (alone) send(mine.data(), mine.size(), hub_rank, comm);
  check(MPI_Igatherv(mine.data(), alone ? 0 : static_cast<int>(mine.size()), MPI_BYTE, nullptr,
                     nullptr, nullptr, MPI_BYTE, hub_rank, comm, &add()),
        "MPI_Igatherv");
}

}  // namespace farm::transport
