#include "farm/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include "driver.hpp"
#include "engine/sandbox_worker.hpp"
#include "engine/server.hpp"
#include "hub/monitor.hpp"
#include "journaling.hpp"
#include "living.hpp"
#include "output.hpp"
#include "process/fork_server.hpp"
#include "process/host.hpp"
#include "process/launcher.hpp"
#include "process/signals.hpp"
#include "process/supervisor.hpp"
#include "records/journal.hpp"
#include "respawning.hpp"
#include "start.hpp"
#include "start_watch.hpp"
#include "time/clock.hpp"
#include "transport/joint.hpp"
#include "transport/loopback.hpp"
#include "transport/mpi_world.hpp"

namespace farm {

namespace {

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

int serve(const transport::MpiWorld& world, int id, const Start& start, const Verdict& verdict,
          time::Silence silence, const Processes& processes) {
  process::SignalWatcher::unblock();
  EngineLife life(verdict.invitation, id, verdict.silence_ns, processes.supervisor);
  world.gather(life.trouble());
  // What a kernel prints is seen when it prints it, and not at the end.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const std::unique_ptr<transport::Transport> transport = world.transport();
  Engine self(id, process::host_name(), verdict.engines, verdict.seed);
  Capturing output(*start.channels, verdict.output, true);
  engine::Server server(
      *start.registry, self, *transport, 0, silence,
      {verdict.listener && world.threads(), verdict.grace_ns, &life.deaths(), output.capture()},
      start.settings.defaults);
  server.isolate(std::make_unique<engine::Isolation>(
      processes.sandboxes, engine::Isolation::Identity{id, verdict.engines, verdict.seed},
      processes.looks, verdict.grace_ns));
  try {
    server.serve();
  } catch (const std::exception& error) {
    output.end(id);
    std::cerr << "farm: engine " << id << " cannot go on: " << error.what() << std::endl;
    // The others can do without, if its end is hidden from the launcher.
    std::_Exit(1);
  }
  output.end(id);
  life.finish();
  return 0;
}

// An engine that the hub has started in a running job.
int serve_later(const transport::MpiWorld& world, int id, const Start& start,
                const Processes& processes) {
  world.gather(encode(describe(id, start)));
  const Verdict verdict = decode_verdict(world.broadcast(""));
  if (!verdict.go) return verdict.status;
  // It does not know how many ranks it shares the cores with.
  const time::Silence silence = world.polls_yield() ? time::Silence::poll : time::Silence::yield;
  return serve(world, id, start, verdict, silence, processes);
}

std::vector<hub::Member> members_of(const std::vector<Boot>& boots) {
  std::vector<hub::Member> members;
  for (std::size_t rank = 1; rank < boots.size(); ++rank) {
    members.push_back({boots[rank].info, static_cast<transport::Peer>(rank),
                       boots[rank].clock == boots[0].clock});
  }
  return members;
}

int drive_world(const transport::MpiWorld& world, const Start& start, const Verdict& verdict,
                const std::vector<Boot>& boots, time::Silence silence, HubLife& life,
                std::unique_ptr<records::Journal> journal,
                const std::function<int(Client&)>& drive) {
  life.begin(world.gather(""));
  std::unique_ptr<transport::Transport> transport = world.transport();
  std::optional<Respawner> respawner;
  if (start.settings.respawn != 0) {
    auto joint = std::make_unique<transport::Joint>(std::move(transport), world.size());
    respawner.emplace(world, *joint, life, start.settings, boots, verdict, process::command());
    life.replace_by([&](const process::Death& death) { return respawner->replace(death); });
    transport = std::move(joint);
  }
  const bool progress = start.settings.progress_thread && world.threads();
  if (start.settings.progress_thread && !progress && start.settings.log >= LogLevel::warning) {
    std::cerr << "farm: this MPI grants no MPI_THREAD_SERIALIZED, so there is no progress thread: "
                 "engines wait while the driver computes\n";
  }
  DriverJob job{start.settings, boots[0].info, members_of(boots), progress,
                silence,        life.losses(), journal.get(),     time_limit(start)};
  job.unfinished = start.unfinished;
  job.leave = [&](bool told, int left) {
    if (!told) life.abort(world, left);
    life.finish(world, left);
    transport.reset();
    world.finalize();
    std::_Exit(left);
  };
  life.guard(*transport);
  const int status =
      run_driver(job, *transport, drive, [&](int failed) { life.abort(world, failed); });
  // The process may end there.
  journal.reset();
  life.finish(world, status);
  return status;
}

// One process: the engine is a thread of it.
int drive_alone(const Start& start, const Boot& boot, process::ForkServer& sandboxes,
                records::Journal* journal, const std::function<int(Client&)>& drive) {
  transport::Loopback loopback(2);
  const time::Silence silence =
      process::cores_of_host() > 1 ? time::Silence::spin : time::Silence::yield;
  Engine self(0, boot.info.host, 1, start.settings.seed);
  if (start.settings.output != Output::through && start.settings.log >= LogLevel::warning &&
      start.settings.defaults.isolate == Isolation::none) {
    std::cerr << "farm: in a single process, what kernels print is captured in sandboxes only: "
                 "elsewhere they share stdout with the driver\n";
  }
  Capturing output(*start.channels, start.settings.output, false);
  engine::Server server(
      *start.registry, self, loopback.at(1), 0, silence,
      {start.settings.listener_thread, start.settings.grace_ns, nullptr, output.capture()},
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
  DriverJob job{start.settings,
                boot.info,
                {{boot.info, 1, true}},
                start.settings.progress_thread,
                silence,
                {},
                journal,
                time_limit(start)};
  const process::LauncherReport report(start.report);
  job.launched = start.launched;
  job.unfinished = start.unfinished;
  job.leave = [&](bool, int left) {
    report.done(left);
    std::_Exit(left);
  };
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
  const std::optional<int> spawned = take_spawned_id(argc, argv);
  const Start start = prepare(argc, argv);
  process::ForkServer sandboxes;
  sandboxes.child_runs([&start](process::SandboxChild& child) {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    SandboxCapturing capturing(*start.channels);
    engine::SandboxWorker(*start.registry, process::host_name(), child, capturing.tap(),
                          capturing.notes())
        .work();
  });
  const std::optional<int> rank = spawned ? spawned : process::launched_rank();
  // The end of rank 0 is the end of the job.
  const process::Supervisor supervisor =
      process::Supervisor::begin(sandboxes, start.settings.supervise && rank.value_or(0) > 0, [&] {
        if (start.channels && start.channels->pipe) start.channels->pipe->print_rest(*rank);
      });
  process::SignalWatcher::block();
  process::survive_broken_pipes();
  const bool threads = (rank.value_or(0) == 0 && start.settings.progress_thread) ||
                       (rank.value_or(1) != 0 && start.settings.listener_thread);
  std::optional<StartWatch> starting;
  if (!spawned && rank == 0 && start.settings.log >= LogLevel::warning) {
    starting.emplace([](const std::string& line) {
      std::cerr << "farm: " + line + '\n' << std::flush;
    });
  }
  const transport::MpiWorld world(argc, argv, threads, spawned.has_value());
  if (spawned) return serve_later(world, *spawned, start, {sandboxes, supervisor, 0});

  std::vector<Boot> boots;
  for (const std::string& text : world.gather(encode(describe(world.rank(), start)))) {
    boots.push_back(decode_boot(text));
  }
  const int local_size = world.local_size();
  const time::Silence silence = silence_in(world, local_size);
  Verdict verdict;
  std::optional<HubLife> life;
  std::unique_ptr<records::Journal> journal;
  if (world.rank() == 0) verdict = decide(start, boots);
  if (verdict.go) journal = open_journal(start.settings, boots, verdict);
  if (verdict.go && world.size() > 1) {
    life.emplace(boots, start.settings, start.report, supervisor);
    verdict.invitation = life->invitation();
  }
  verdict = decode_verdict(world.broadcast(encode(verdict)));
  starting.reset();
  if (!verdict.go) {
    if (world.rank() == 0) process::LauncherReport(start.report).done(verdict.status);
    return verdict.status;
  }
  if (world.rank() != 0) {
    return serve(world, world.rank(), start, verdict, silence,
                 {sandboxes, supervisor, looks_for(2 * local_size)});
  }
  return world.size() == 1
             ? drive_alone(start, boots[0], sandboxes, journal.get(), drive)
             : drive_world(world, start, verdict, boots, silence, *life, std::move(journal), drive);
}

}  // namespace farm
