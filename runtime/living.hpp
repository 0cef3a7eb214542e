#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boot.hpp"
#include "engine/deaths.hpp"
#include "hub/losses.hpp"
#include "process/invitation.hpp"
#include "process/lifeline.hpp"
#include "process/report.hpp"
#include "process/supervisor.hpp"
#include "process/watch.hpp"
#include "settings.hpp"
#include "standstill.hpp"
#include "transport/mpi_world.hpp"

namespace farm {

/// Rank 0's part in knowing who lives, from the start of a job to its end.
class HubLife {
 public:
  /// Waits for the engines' connections from now on. Throws std::system_error.
  HubLife(const std::vector<Boot>& boots, const Settings& settings,
          const process::LauncherReport::Place& report, const process::Supervisor& supervisor);

  /// For the engines.
  std::string invitation() const { return invitation_.text(); }
  /// The start is over: `troubles` says for each rank why it is not connected, or nothing.
  void begin(const std::vector<std::string>& troubles);
  hub::Losses losses();
  /// From now on, as long as the transport lives: tells a launcher script now and then that this
  /// process is not frozen, and ends it, and so the job, when the hub waits in the transport for an
  /// engine that has died and MPI will never say so.
  void guard(const transport::Transport& transport);
  /// What may start an engine in place of a dead one, wherever a loss is heard of.
  using Replace = std::function<std::optional<hub::Member>(const process::Death&)>;
  void replace_by(Replace replace) { replace_ = std::move(replace); }
  /// One more engine will connect, with an id above all others.
  void expect(const EngineInfo& engine);
  const EngineInfo& engine(int rank) const { return engines_.at(static_cast<std::size_t>(rank)); }
  /// The engine shall count as dead.
  void condemn(EngineId engine, const std::string& why) { watch_->condemn(engine.rank(), why); }

  /// The engines have been told to leave. Returns if MPI can be finalized, which is not so when an
  /// engine has died: then the job ends here, with this status.
  void finish(const transport::MpiWorld& world, int status);
  /// Ends the job at once, with this status.
  [[noreturn]] void abort(const transport::MpiWorld& world, int status);

 private:
  [[noreturn]] void end_job(const transport::MpiWorld& world, int status);

  std::vector<EngineInfo> engines_;
  std::size_t lost_ = 0;
  bool warns_;
  bool survives_;  // the death of an engine
  std::int64_t silence_ns_;
  process::LauncherReport report_;
  pid_t launcher_;
  process::Invitation invitation_;
  std::int64_t reported_ = 0;
  Standstill standstill_;
  std::unique_ptr<process::Watch> watch_;
  Replace replace_;
};

/// An engine's part in it.
class EngineLife {
 public:
  /// Connects to the hub.
  EngineLife(const std::string& invitation, int rank, std::int64_t silence_ns,
             const process::Supervisor& supervisor);
  EngineLife(const EngineLife&) = delete;
  EngineLife& operator=(const EngineLife&) = delete;

  /// Why there is no connection; empty if there is one.
  const std::string& trouble() const { return trouble_; }
  /// Who is dead of all engines.
  const engine::Deaths& deaths() const { return deaths_; }
  /// The engine has been told to leave. Returns when MPI can be finalized; where it cannot, waits
  /// for the end of the job.
  void finish();

 private:
  void leave(process::Lifeline::Parting why);

  process::Invitation invitation_;
  int rank_;
  const process::Supervisor* supervisor_;
  engine::Deaths deaths_;
  std::string trouble_;
  std::optional<process::Lifeline> lifeline_;
};

}  // namespace farm
