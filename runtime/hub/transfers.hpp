#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "hub/batch.hpp"
#include "hub/groups.hpp"

namespace farm::hub {

/// A collective call under way.
struct Transfer {
  enum class Stage : std::uint8_t { waiting, arriving, moving, reporting, landing, over };

  Batch* batch = nullptr;
  detail::Collective call;
  std::uint32_t group = 0;
  Stage stage = Stage::waiting;
  std::unique_ptr<transport::Operation> move;
  std::unique_ptr<transport::Operation> report;
  std::vector<std::uint64_t> arrivals;  // by engine, no more than that it is there
  std::vector<std::uint64_t> reports;   // by engine: what a gather brings; wire::failed_size
  std::vector<transport::Extent> parts;
  Buffer landed;              // where the parts come where no landing was given
  bool landed_apart = false;  // a landing was asked for room
  bool posted = false;        // no further call of MPI for it is to come
  std::int64_t patience = 0;  // until when it may still end although an engine is gone; 0: none is

  /// Whether all engines are there, so that it ends without waiting for anybody's kernel.
  bool flows() const { return stage == Stage::moving || stage == Stage::landing || posted; }
  bool failed(std::size_t i) const { return (reports[i] & wire::failed_size) != 0; }
};

/// The hub's side of collective calls, one after the other in each group, any number of groups at a
/// time. Nothing here waits: poll() looks how far they are. Data is given to MPI when all engines
/// of the group have arrived at the call: until then nothing of it is under way, and a poll looks
/// at one call of each group, however many are queued.
class Transfers {
 public:
  explicit Transfers(Groups& groups) : groups_(&groups) {}

  /// The engines of the group have been told.
  void start(Batch& batch, detail::Collective&& call, std::uint32_t group);
  /// Moves them on. Returns whether anything happened; what has come to its end is in ended().
  bool poll();
  std::vector<std::unique_ptr<Transfer>>& ended() { return ended_; }
  /// An engine of the group is gone. Calls whose data is under way may still end, as far as MPI
  /// needs nothing of that engine, for a short time; the others are in broken() now.
  void lose(std::uint32_t group, std::int64_t now);
  /// Those that will never end. To be kept: MPI may still use their memory.
  std::vector<std::unique_ptr<Transfer>>& broken() { return broken_; }
  /// Whether data is under way.
  bool flowing() const { return flowing_; }
  /// Makes the call independent of memory that its caller has lent, if MPI does not use it yet.
  void give_back(const Batch& batch);
  /// The groups that have calls under way.
  std::vector<std::uint32_t> groups() const;

 private:
  using Queue = std::deque<std::unique_ptr<Transfer>>;

  bool advance(Queue& queue);
  bool give_up(Queue& queue, std::int64_t now);
  bool advance(Transfer& transfer);
  void begin(Transfer& transfer, transport::HubGroup& group);
  void move(Transfer& transfer, transport::HubGroup& group);
  static std::unique_ptr<transport::Operation> gather_words(std::vector<std::uint64_t>& words,
                                                            std::size_t engines,
                                                            transport::HubGroup& group);
  void land(Transfer& transfer, transport::HubGroup& group);

  Groups* groups_;
  std::map<std::uint32_t, Queue> queues_;  // by group, in the order of their calls
  std::vector<std::unique_ptr<Transfer>> ended_;
  std::vector<std::unique_ptr<Transfer>> broken_;
  std::size_t patient_ = 0;  // calls that are given a short time
  bool flowing_ = false;
};

}  // namespace farm::hub
