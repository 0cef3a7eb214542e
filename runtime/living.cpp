#include "living.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "process/host.hpp"
#include "process/launcher.hpp"
#include "time/clock.hpp"

namespace farm {

namespace {

constexpr std::size_t most_troubles = 3;
constexpr int standstill_status = 1;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t connect_ns = 10 * second_ns;
constexpr std::int64_t report_beat_ns = 5 * second_ns;
// The launcher, which sees the hub's end as well, should be the one who says what has happened.
constexpr std::int64_t orphan_ns = second_ns / 5;
constexpr std::int64_t farewell_ns = 30 * second_ns;
// How long a job that has been told to end is waited for.
constexpr std::int64_t end_ns = 120 * second_ns;

void flush_all() {
  std::cout.flush();
  std::fflush(nullptr);
}

}  // namespace

HubLife::HubLife(const std::vector<Boot>& boots, const Settings& settings,
                 const process::LauncherReport::Place& report,
                 const process::Supervisor& supervisor)
    : warns_(settings.log >= LogLevel::warning),
      survives_(settings.supervise || process::launcher_recovers()),
      silence_ns_(settings.silence_ns),
      report_(report),
      launcher_(supervisor.launcher()),
      invitation_{{}, process::make_secret()} {
  for (const Boot& boot : boots) engines_.push_back(boot.info);
  const bool one_host = std::ranges::all_of(
      boots, [&](const Boot& boot) { return boot.network == boots.front().network; });
  process::Listeners listeners = process::listen_at(process::own_addresses(one_host));
  invitation_.endpoints = listeners.endpoints;
  watch_ =
      std::make_unique<process::Watch>(std::move(listeners), invitation_.secret,
                                       static_cast<int>(boots.size()) - 1, settings.silence_ns);
}

void HubLife::begin(const std::vector<std::string>& troubles) {
  std::size_t unwatched = 0;
  for (std::size_t rank = 1; rank < troubles.size(); ++rank) {
    if (troubles[rank].empty() || ++unwatched > most_troubles || !warns_) continue;
    std::cerr << "farm: the death of engine " << rank << " (" << engines_[rank].host
              << ") would end the job: " << troubles[rank] << '\n';
  }
  if (unwatched > most_troubles && warns_) {
    std::cerr << "farm: so would that of " << unwatched - most_troubles << " others\n";
  }
  watch_->begin();
  report_.up();
}

hub::Losses HubLife::losses() {
  // Where a death is not hidden it ends the job: then an engine that is stuck had better stay.
  std::function<void(EngineId, const std::string&)> condemns;
  if (survives_) {
    condemns = [this](EngineId engine, const std::string& why) { condemn(engine, why); };
  }
  return {&watch_->death_count(),
          [this] {
            std::vector<hub::Loss> losses;
            for (process::Death& death : watch_->take_deaths()) {
              if (warns_) {
                std::cerr << "farm: engine " + std::to_string(death.rank) + " (" +
                                 engines_.at(static_cast<std::size_t>(death.rank)).host +
                                 ") is lost: " + death.why + "\n"
                          << std::flush;
              }
              std::optional<hub::Member> successor;
              if (replace_) successor = replace_(death);
              losses.push_back({death.rank, std::move(death.why), std::move(successor)});
              if (++lost_ + 1 == engines_.size()) report_.alone();
            }
            return losses;
          },
          std::move(condemns)};
}

void HubLife::guard(const transport::Transport& transport) {
  watch_->every_beat([this, &transport] {
    const std::int64_t now = time::Clock::now();
    if (now - reported_ >= report_beat_ns) {
      reported_ = now;
      report_.beat();
    }
    if (!standstill_.found(transport.joins(), watch_->deaths(), now)) return;
    std::cerr << "farm: an engine has died while MPI made a communicator with it, which MPI never "
                 "ends; ending the job. Started again with the same --farm-journal, it skips what "
                 "is done\n"
              << std::flush;
    flush_all();
    std::_Exit(standstill_status);
  });
}

void HubLife::expect(const EngineInfo& engine) {
  engines_.resize(static_cast<std::size_t>(engine.id.rank()) + 1);
  engines_.back() = engine;
  watch_->expect(engine.id.rank());
}

void HubLife::finish(const transport::MpiWorld& world, int status) {
  watch_->every_beat(nullptr);
  report_.done(status);
  const bool lost = watch_->dismiss(false);
  // MPI_Finalize waits for ever for an engine that is frozen or has died since.
  if (!lost && watch_->await_partings(silence_ns_)) return;
  if (warns_ && !process::launcher_recovers()) {
    std::cerr << (lost ? "farm: engines were lost" : "farm: an engine does not answer at the end")
              << ", so the job ends by MPI_Abort, with the driver's status " << status << '\n';
  }
  end_job(world, status);
}

void HubLife::abort(const transport::MpiWorld& world, int status) {
  report_.done(status);
  watch_->dismiss(true);
  end_job(world, status);
}

// MPI_Finalize would talk to the dead.
void HubLife::end_job(const transport::MpiWorld& world, int status) {
  flush_all();
  if (!process::launcher_recovers()) world.abort(status);
  // This launcher ignores MPI_Abort.
  if (!report_.awaited()) process::end_launcher(launcher_);
  process::await_orphanhood(end_ns);
  std::_Exit(status);
}

EngineLife::EngineLife(const std::string& invitation, int rank, std::int64_t silence_ns,
                       const process::Supervisor& supervisor)
    : invitation_(process::Invitation::of(invitation)), rank_(rank), supervisor_(&supervisor) {
  try {
    process::Descriptor socket = process::introduce(invitation_, rank, connect_ns);
    const int connection = socket.get();
    lifeline_.emplace(
        std::move(socket), silence_ns,
        process::Lifeline::Reactions{[this, connection] { supervisor_->started(connection); },
                                     [this](int dead) { deaths_.add(dead); },
                                     [this](process::Lifeline::Parting why) { leave(why); }});
  } catch (const std::exception& error) {
    trouble_ = error.what();
  }
  supervisor.up();
}

// The end of an engine that only counts as dead is hidden from the launcher: the job goes on
// without it.
void EngineLife::leave(process::Lifeline::Parting why) {
  using Parting = process::Lifeline::Parting;
  if (why == Parting::hub_gone && !process::answers(invitation_)) {
    supervisor_->leaving();
    time::sleep_ns(orphan_ns);
  } else {
    const std::string reason = why == Parting::hub_silent ? "the hub is silent"
                               : why == Parting::hub_gone ? "the hub has ended their connection"
                                                          : "the hub counts it as dead";
    std::cerr << "farm: engine " + std::to_string(rank_) + " leaves: " + reason + "\n"
              << std::flush;
  }
  std::_Exit(process::Lifeline::orphan_status);
}

void EngineLife::finish() {
  if (!lifeline_) return supervisor_->leaving();
  if (lifeline_->await_farewell(farewell_ns) == process::Lifeline::Farewell::stay) {
    flush_all();
    process::await_orphanhood(end_ns);
    std::_Exit(process::Lifeline::orphan_status);
  }
  supervisor_->leaving();
  lifeline_.reset();
}

}  // namespace farm
