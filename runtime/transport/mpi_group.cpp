#include "transport/mpi_group.hpp"

#include <vector>

#include "transport/mpi_check.hpp"
#include "transport/mpi_engine_comm.hpp"
#include "transport/mpi_moves.hpp"

namespace farm::transport {

namespace {

// Two groups that are made at one time are told apart by their tags: those of hub and engines, and
// those of the engines alone.
constexpr std::uint32_t tags = 1 << 14;

/// A communicator of some ranks of another one.
class OwnedComm {
 public:
  OwnedComm(MPI_Comm parent, const std::vector<int>& ranks, std::uint32_t tag) {
    MPI_Group everybody = MPI_GROUP_NULL;
    MPI_Group members = MPI_GROUP_NULL;
    check(MPI_Comm_group(parent, &everybody), "MPI_Comm_group");
    check(MPI_Group_incl(everybody, static_cast<int>(ranks.size()), ranks.data(), &members),
          "MPI_Group_incl");
    check(MPI_Comm_create_group(parent, members, static_cast<int>(tag), &comm_),
          "MPI_Comm_create_group");
    MPI_Group_free(&members);
    MPI_Group_free(&everybody);
    check(MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  ~OwnedComm() {
    if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
  }
  OwnedComm(const OwnedComm&) = delete;
  OwnedComm& operator=(const OwnedComm&) = delete;

  MPI_Comm get() const { return comm_; }
  /// Never frees it: somebody may still wait in it.
  void keep() { comm_ = MPI_COMM_NULL; }

 private:
  MPI_Comm comm_ = MPI_COMM_NULL;
};

std::vector<int> with_hub(std::span<const Peer> engines) {
  std::vector<int> ranks{0};
  ranks.insert(ranks.end(), engines.begin(), engines.end());
  return ranks;
}

class MpiHubGroup final : public HubGroup {
 public:
  MpiHubGroup(MPI_Comm parent, std::uint32_t number, std::span<const Peer> engines)
      : comm_(parent, with_hub(engines), number % tags) {}

  void abandon() override { comm_.keep(); }
  std::unique_ptr<Operation> broadcast(std::span<const std::byte> data) override {
    // MPI has one function for both sides; at the root it only reads.
    return std::make_unique<Broadcast>(std::span(const_cast<std::byte*>(data.data()), data.size()),
                                       comm_.get());
  }
  std::unique_ptr<Operation> scatter(std::span<const std::byte> block,
                                     std::span<const Extent> parts) override {
    return std::make_unique<ScatterAll>(block, parts, comm_.get());
  }
  std::unique_ptr<Operation> gather(std::span<std::byte> block,
                                    std::span<const Extent> parts) override {
    return std::make_unique<GatherAll>(block, parts, comm_.get());
  }

 private:
  OwnedComm comm_;
};

class MpiEngineGroup final : public EngineGroup {
 public:
  MpiEngineGroup(MPI_Comm parent, std::uint32_t number, std::span<const Peer> engines)
      : size_(engines.size()),
        comm_(parent, with_hub(engines), number % tags),
        alone_(parent, std::vector<int>(engines.begin(), engines.end()), tags + number % tags),
        engines_(alone_.get(), comm_.get()) {}
  ~MpiEngineGroup() override {
    if (engines_.abandoned()) alone_.keep();
  }

  std::unique_ptr<Operation> broadcast(std::span<std::byte> data) override {
    return std::make_unique<Broadcast>(data, comm_.get());
  }
  std::unique_ptr<Operation> scatter(std::span<std::byte> mine) override {
    return std::make_unique<ScatterPart>(mine, size_, comm_.get());
  }
  std::unique_ptr<Operation> gather(std::span<const std::byte> mine) override {
    return std::make_unique<GatherPart>(mine, size_, comm_.get());
  }
  EngineComm& engines() override { return engines_; }

 private:
  std::size_t size_;
  OwnedComm comm_;
  OwnedComm alone_;
  MpiEngineComm engines_;
};

}  // namespace

std::unique_ptr<HubGroup> lead_mpi_group(MPI_Comm parent, std::uint32_t number,
                                         std::span<const Peer> engines) {
  return std::make_unique<MpiHubGroup>(parent, number, engines);
}

std::unique_ptr<EngineGroup> join_mpi_group(MPI_Comm parent, std::uint32_t number,
                                            std::span<const Peer> engines) {
  return std::make_unique<MpiEngineGroup>(parent, number, engines);
}

}  // namespace farm::transport
