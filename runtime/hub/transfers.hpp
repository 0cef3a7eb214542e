#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "hub/batch.hpp"
#include "hub/groups.hpp"

namespace farm::hub {

/// A collective call under way.
struct Transfer {
  enum class Stage : std::uint8_t { waiting, moving, reporting, landing, over };

  Batch* batch = nullptr;
  detail::Collective call;
  std::uint32_t group = 0;
  Stage stage = Stage::waiting;
  std::unique_ptr<transport::Operation> move;
  std::unique_ptr<transport::Operation> report;
  std::vector<std::uint64_t> reports;  // by engine: what a gather brings; wire::failed_size
  std::vector<transport::Extent> parts;
  Buffer landed;        // where the parts come where no landing was given
  bool posted = false;  // no further call of MPI for it is to come

  bool failed(std::size_t i) const { return (reports[i] & wire::failed_size) != 0; }
};

/// The hub's side of collective calls, one after the other in each group, any number of groups at a
/// time. Nothing here waits: poll() looks how far they are.
class Transfers {
 public:
  explicit Transfers(Groups& groups) : groups_(&groups) {}

  /// The engines of the group have been told.
  void start(Batch& batch, detail::Collective&& call, std::uint32_t group);
  /// Moves them on. Returns whether anything happened; what has come to its end is in ended().
  bool poll();
  std::vector<std::unique_ptr<Transfer>>& ended() { return ended_; }
  bool idle() const { return active_.empty(); }

 private:
  bool advance(Transfer& transfer);
  void begin(Transfer& transfer, transport::HubGroup& group);
  void gather_sizes(Transfer& transfer, transport::HubGroup& group);
  void land(Transfer& transfer, transport::HubGroup& group);

  Groups* groups_;
  std::deque<std::unique_ptr<Transfer>> active_;  // in the order of their calls
  std::vector<std::unique_ptr<Transfer>> ended_;
  std::vector<std::uint32_t> held_;  // groups in which an earlier call has not been posted in full
};

}  // namespace farm::hub
