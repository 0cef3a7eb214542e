#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boot.hpp"
#include "hub/member.hpp"
#include "living.hpp"
#include "start.hpp"
#include "transport/joint.hpp"
#include "transport/mpi_world.hpp"

namespace farm {

/// The last argument of a process that was started as this engine in a running job; taken out of
/// the arguments. Nothing for all others.
std::optional<int> take_spawned_id(int& argc, char** argv);

/// Starts engines in place of dead ones (--farm-respawn). They run the same program with the same
/// arguments on the host of the dead one, and have new ids: as many as there are ranks, and up.
///
/// Only where the end of a process is known to be that, and all that has happened: after the end of
/// a host, or of the launcher's part of it, MPI_Comm_spawn would end the job. So after a death that
/// nobody has explained no engine is started any more.
class Respawner {
 public:
  /// All but the verdict must outlive it. `command` is the program and its arguments.
  Respawner(const transport::MpiWorld& world, transport::Joint& transport, HubLife& life,
            const Settings& settings, const std::vector<Boot>& boots, Verdict verdict,
            std::vector<std::string> command);

  /// Called by whoever moves the hub, which it blocks for some 0.25 s: until the new engine is
  /// there. Nothing if there is none; stderr says which, or why not.
  std::optional<hub::Member> replace(const process::Death& death);

 private:
  std::optional<hub::Member> start(EngineInfo dead);
  void refuse(int rank, const std::string& why) const;

  const transport::MpiWorld* world_;
  transport::Joint* transport_;
  HubLife* life_;
  const Settings* settings_;
  Boot hub_;
  bool one_host_;
  Verdict verdict_;
  std::vector<std::string> command_;
  int started_ = 0;
  std::string obstacle_;  // why none is started any more
  std::vector<std::unique_ptr<transport::MpiWorld>> pairs_;
};

}  // namespace farm
