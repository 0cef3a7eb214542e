#include "farm/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include "boot.hpp"
#include "driver.hpp"
#include "engine/registry.hpp"
#include "engine/sandbox_worker.hpp"
#include "engine/server.hpp"
#include "hub/monitor.hpp"
#include "living.hpp"
#include "process/fork_server.hpp"
#include "process/host.hpp"
#include "process/launcher.hpp"
#include "process/signals.hpp"
#include "process/supervisor.hpp"
#include "settings.hpp"
#include "time/clock.hpp"
#include "transport/loopback.hpp"
#include "transport/mpi_world.hpp"

namespace farm {

namespace {

constexpr int usage_status = 2;

// What this rank found out about itself before anybody else was asked.
struct Start {
  Settings settings;
  std::optional<engine::Registry> registry;
  std::string settings_error;
  std::string registry_error;
};

Start prepare(int argc, char** argv) {
  Start start;
  try {
    start.settings = read_settings(argc, argv);
  } catch (const SettingsError& error) {
    start.settings_error = error.what();
  }
  try {
    start.registry.emplace();
  } catch (const Error& error) {
    start.registry_error = error.what();
  }
  return start;
}

Boot describe(int rank, const Start& start) {
  Boot boot;
  boot.info = {rank, process::host_name(), process::cores_allowed(), process::process_id(),
               start.settings.labels};
  boot.clock = process::boot_identity();
  boot.network = process::network_identity();
  // Ranks may be given different options, so each checks its own.
  boot.error = start.registry_error.empty() ? start.settings_error : start.registry_error;
  if (start.registry) {
    boot.fingerprint = start.registry->fingerprint();
    boot.kernels = start.registry->size();
  }
  return boot;
}

// Rank 0's decision, which the others follow: serve in this way, or leave with this status.
struct Verdict {
  bool go = false;
  int status = 0;
  std::uint64_t seed = 0;
  bool listener = false;
  std::int64_t grace_ns = 0;
  std::int64_t silence_ns = 0;
  std::string invitation = {};  // to the side channel

  std::string text() const {
    return std::to_string(static_cast<int>(go)) + " " + std::to_string(status) + " " +
           std::to_string(seed) + " " + std::to_string(static_cast<int>(listener)) + " " +
           std::to_string(grace_ns) + " " + std::to_string(silence_ns) + "\n" + invitation;
  }
  static Verdict of(const std::string& text) {
    Verdict verdict;
    int go = 0;
    int listener = 0;
    unsigned long long seed = 0;
    long long grace_ns = 0;
    long long silence_ns = 0;
    std::sscanf(text.c_str(), "%d %d %llu %d %lld %lld", &go, &verdict.status, &seed, &listener,
                &grace_ns, &silence_ns);
    verdict.go = go != 0;
    verdict.seed = seed;
    verdict.listener = listener != 0;
    verdict.grace_ns = grace_ns;
    verdict.silence_ns = silence_ns;
    verdict.invitation = text.substr(text.find('\n') + 1);
    return verdict;
  }
};

Verdict decide(const Start& start, const std::vector<Boot>& boots) {
  if (!start.settings_error.empty()) {
    std::cerr << "farm: " << start.settings_error << '\n';
    return {false, usage_status};
  }
  if (start.settings.help || start.settings.version) {
    std::cout << (start.settings.help ? settings_help() : "farm " FARM_VERSION "\n") << std::flush;
    return {false, 0};
  }
  if (const std::string problem = check(boots); !problem.empty()) {
    std::cerr << "farm: " << problem << '\n';
    return {false, usage_status};
  }
  const Settings& settings = start.settings;
  return {true, 0, settings.seed, settings.listener_thread, settings.grace_ns, settings.silence_ns};
}

time::Silence silence_in(const transport::MpiWorld& world, int local_size) {
  if (local_size <= process::cores_of_host()) return time::Silence::spin;
  return world.polls_yield() ? time::Silence::poll : time::Silence::yield;
}

// How often to look for an answer before sleep: only where each process has a core of its own.
int looks_for(int processes) {
  constexpr int looks = 1000;
  return process::cores_allowed() > 1 && processes <= process::cores_of_host() ? looks : 0;
}

// What stands beside an engine's own process.
struct Processes {
  process::ForkServer& sandboxes;
  const process::Supervisor& supervisor;
  int looks = 0;  // for an answer of the sandbox
};

int serve(const transport::MpiWorld& world, const Start& start, const Verdict& verdict,
          time::Silence silence, const Processes& processes) {
  process::SignalWatcher::unblock();
  EngineLife life(verdict.invitation, world.rank(), verdict.silence_ns, processes.supervisor);
  world.gather(life.trouble());
  // What a kernel prints is seen when it prints it, and not at the end.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const std::unique_ptr<transport::Transport> transport = world.transport();
  Engine self(world.rank(), process::host_name(), world.size() - 1, verdict.seed);
  engine::Server server(*start.registry, self, *transport, 0, silence,
                        {verdict.listener && world.threads(), verdict.grace_ns, &life.deaths()},
                        start.settings.defaults);
  server.isolate(std::make_unique<engine::Isolation>(
      processes.sandboxes,
      engine::Isolation::Identity{world.rank(), world.size() - 1, verdict.seed}, processes.looks,
      verdict.grace_ns));
  try {
    server.serve();
  } catch (const std::exception& error) {
    std::cerr << "farm: engine " << world.rank() << " cannot go on: " << error.what() << std::endl;
    // The others can do without, if its end is hidden from the launcher.
    std::_Exit(1);
  }
  life.finish();
  return 0;
}

std::vector<hub::Member> members_of(const std::vector<Boot>& boots) {
  std::vector<hub::Member> members;
  for (std::size_t rank = 1; rank < boots.size(); ++rank) {
    members.push_back({boots[rank].info, static_cast<transport::Peer>(rank),
                       boots[rank].clock == boots[0].clock});
  }
  return members;
}

int drive_world(const transport::MpiWorld& world, const Start& start,
                const std::vector<Boot>& boots, time::Silence silence, HubLife& life,
                const std::function<int(Client&)>& drive) {
  life.begin(world.gather(""));
  const std::unique_ptr<transport::Transport> transport = world.transport();
  const bool progress = start.settings.progress_thread && world.threads();
  if (start.settings.progress_thread && !progress && start.settings.log >= LogLevel::warning) {
    std::cerr << "farm: this MPI grants no MPI_THREAD_SERIALIZED, so there is no progress thread: "
                 "engines wait while the driver computes\n";
  }
  DriverJob job{start.settings, boots[0].info, members_of(boots), progress, silence, life.losses()};
  const int status =
      run_driver(job, *transport, drive, [&](int failed) { life.abort(world, failed); });
  life.finish(world, status);
  return status;
}

// One process: the engine is a thread of it.
int drive_alone(const Start& start, const Boot& boot, process::ForkServer& sandboxes,
                const std::function<int(Client&)>& drive) {
  transport::Loopback loopback(2);
  const time::Silence silence =
      process::cores_of_host() > 1 ? time::Silence::spin : time::Silence::yield;
  Engine self(0, boot.info.host, 1, start.settings.seed);
  engine::Server server(*start.registry, self, loopback.at(1), 0, silence,
                        {start.settings.listener_thread, start.settings.grace_ns},
                        start.settings.defaults);
  // The driver waits, too.
  server.isolate(std::make_unique<engine::Isolation>(
      sandboxes, engine::Isolation::Identity{0, 1, start.settings.seed}, looks_for(3),
      start.settings.grace_ns));
  std::jthread engine([&] {
    try {
      server.serve();
    } catch (const std::exception& error) {
      std::cerr << "farm: the engine cannot go on: " << error.what() << std::endl;
      std::_Exit(1);
    }
  });
  DriverJob job{
      start.settings, boot.info, {{boot.info, 1, true}}, start.settings.progress_thread, silence};
  const process::LauncherReport report;
  report.up();
  const int status = run_driver(job, loopback.at(0), drive, [&](int failed) {
    report.done(failed);
    std::_Exit(failed);
  });
  report.done(status);
  return status;
}

}  // namespace

int run(int argc, char** argv, const std::function<int(Client&)>& drive) {
  if (transport::mpi_was_started()) {
    throw std::logic_error("farm::run starts MPI and can be called once in a program, first thing");
  }
  const Start start = prepare(argc, argv);
  process::ForkServer sandboxes;
  sandboxes.child_runs([&start](process::SandboxChild& child) {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    engine::SandboxWorker(*start.registry, process::host_name(), child).work();
  });
  const std::optional<int> rank = process::launched_rank();
  // The end of rank 0 is the end of the job.
  const process::Supervisor supervisor =
      process::Supervisor::begin(sandboxes, start.settings.supervise && rank.value_or(0) > 0);
  process::SignalWatcher::block();
  process::survive_broken_pipes();
  const bool threads = (rank.value_or(0) == 0 && start.settings.progress_thread) ||
                       (rank.value_or(1) != 0 && start.settings.listener_thread);
  const transport::MpiWorld world(argc, argv, threads);

  std::vector<Boot> boots;
  for (const std::string& text : world.gather(encode(describe(world.rank(), start)))) {
    boots.push_back(decode_boot(text));
  }
  const int local_size = world.local_size();
  const time::Silence silence = silence_in(world, local_size);
  Verdict verdict;
  std::optional<HubLife> life;
  if (world.rank() == 0) verdict = decide(start, boots);
  if (verdict.go && world.size() > 1) {
    life.emplace(boots, start.settings, supervisor);
    verdict.invitation = life->invitation();
  }
  verdict = Verdict::of(world.broadcast(verdict.text()));
  if (!verdict.go) return verdict.status;
  if (world.rank() != 0) {
    return serve(world, start, verdict, silence,
                 {sandboxes, supervisor, looks_for(2 * local_size)});
  }
  return world.size() == 1 ? drive_alone(start, boots[0], sandboxes, drive)
                           : drive_world(world, start, boots, silence, *life, drive);
}

}  // namespace farm
