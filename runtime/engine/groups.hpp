#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "engine/communicator_port.hpp"
#include "farm/communicator.hpp"
#include "farm/engine.hpp"
#include "time/clock.hpp"
#include "transport/transport.hpp"

namespace farm::engine {

/// The groups that an engine is in.
class Groups {
 public:
  /// `deaths`: who of all engines is dead, if that is known at all. All must outlive the groups.
  Groups(const Engine& self, transport::Transport& transport, time::Silence silence,
         const Deaths* deaths = nullptr)
      : self_(&self), transport_(&transport), silence_(silence), deaths_(deaths) {}

  /// The engine has come to the group and waits for the others.
  void wait_for(std::uint32_t number, std::vector<int> ranks);
  bool waiting() const { return awaited_.has_value(); }
  /// All have come.
  void go(std::uint32_t number) { gone_.insert(number); }
  /// Joins the group that is waited for if all have come; blocks for as long as that takes. If one
  /// of its engines is dead that is a group in which nobody can talk. Returns whether it has left
  /// off waiting.
  bool join();
  void leave(std::uint32_t number);

  /// Throws wire::FrameError for a number that is unknown.
  transport::EngineGroup& group(std::uint32_t number);
  /// The way in which the kernels of the next call of the group talk to each other. Every engine of
  /// a group takes part in each of its calls, so that they count them alike.
  CommunicatorPort& next_call(std::uint32_t number);
  Communicator& communicator(std::uint32_t number);
  /// Who of the group is dead, if anybody is known to be.
  std::optional<EngineId> dead(std::uint32_t number) { return at(number).port->dead(); }

 private:
  struct Group {
    std::unique_ptr<transport::EngineGroup> group;
    std::unique_ptr<CommunicatorPort> port;
    std::unique_ptr<Communicator> communicator;
    std::uint64_t calls = 0;
  };
  struct Awaited {
    std::uint32_t number = 0;
    std::vector<int> ranks;
  };

  Group& at(std::uint32_t number);
  std::unique_ptr<transport::EngineGroup> dead_group(const std::vector<EngineId>& engines);
  void add(std::uint32_t number, std::unique_ptr<transport::EngineGroup> group,
           std::vector<EngineId> engines);

  const Engine* self_;
  transport::Transport* transport_;
  time::Silence silence_;
  const Deaths* deaths_;
  std::optional<Awaited> awaited_;
  std::set<std::uint32_t> gone_;
  std::unordered_map<std::uint32_t, Group> groups_;
};

}  // namespace farm::engine
