#include "farm/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include "boot.hpp"
#include "driver.hpp"
#include "engine/registry.hpp"
#include "engine/server.hpp"
#include "hub/monitor.hpp"
#include "process/host.hpp"
#include "process/signals.hpp"
#include "records/journal.hpp"
#include "settings.hpp"
#include "time/clock.hpp"
#include "transport/loopback.hpp"
#include "transport/mpi_world.hpp"

namespace farm {

namespace {

constexpr int usage_status = 2;

// The rank as the launcher says it, before MPI does.
std::optional<int> rank_from_environment() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* value = std::getenv(name)) return std::atoi(value);
  }
  return std::nullopt;
}

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

  std::string text() const {
    return std::to_string(static_cast<int>(go)) + " " + std::to_string(status) + " " +
           std::to_string(seed) + " " + std::to_string(static_cast<int>(listener)) + " " +
           std::to_string(grace_ns);
  }
  static Verdict of(const std::string& text) {
    Verdict verdict;
    int go = 0;
    int listener = 0;
    unsigned long long seed = 0;
    long long grace_ns = 0;
    std::sscanf(text.c_str(), "%d %d %llu %d %lld", &go, &verdict.status, &seed, &listener,
                &grace_ns);
    verdict.go = go != 0;
    verdict.seed = seed;
    verdict.listener = listener != 0;
    verdict.grace_ns = grace_ns;
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
  return {true, 0, start.settings.seed, start.settings.listener_thread, start.settings.grace_ns};
}

time::Silence silence_in(const transport::MpiWorld& world) {
  if (world.local_size() <= process::cores_of_host()) return time::Silence::spin;
  return world.polls_yield() ? time::Silence::poll : time::Silence::yield;
}

int serve(const transport::MpiWorld& world, const Start& start, const Verdict& verdict,
          time::Silence silence) {
  process::SignalWatcher::unblock();
  // What a kernel prints is seen when it prints it, and not at the end.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const std::unique_ptr<transport::Transport> transport = world.transport();
  Engine self(world.rank(), process::host_name(), world.size() - 1, verdict.seed);
  engine::Server server(*start.registry, self, *transport, 0, silence,
                        {verdict.listener && world.threads(), verdict.grace_ns},
                        start.settings.defaults);
  try {
    server.serve();
  } catch (const std::exception& error) {
    std::cerr << "farm: engine " << world.rank() << " cannot go on: " << error.what() << std::endl;
    world.abort(1);
  }
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

// Rank 0's journal; null if there shall be none. If it cannot be had, the verdict is to leave.
std::unique_ptr<records::Journal> open_journal(const Settings& settings,
                                               const std::vector<Boot>& boots, Verdict& verdict) {
  if (settings.journal.empty()) return nullptr;
  records::JournalSetup setup;
  setup.file = settings.journal;
  setup.force = settings.journal_force;
  setup.seed = settings.seed;
  setup.program = settings.arguments.empty() ? "" : settings.arguments.front();
  setup.program.erase(0, setup.program.rfind('/') + 1);
  setup.hub = boots.front().info;
  for (const Boot& boot : boots) setup.engines.push_back(boot.info);
  if (boots.size() > 1) setup.engines.erase(setup.engines.begin());
  setup.say = [](const std::string& line) { std::cerr << "farm: " + line + '\n' << std::flush; };
  try {
    return std::make_unique<records::Journal>(std::move(setup));
  } catch (const JournalError& error) {
    std::cerr << "farm: " << error.what() << '\n';
    verdict = {false, usage_status};
    return nullptr;
  }
}

int drive_world(const transport::MpiWorld& world, const Start& start,
                const std::vector<Boot>& boots, time::Silence silence, records::Journal* journal,
                const std::function<int(Client&)>& drive) {
  const std::unique_ptr<transport::Transport> transport = world.transport();
  const bool progress = start.settings.progress_thread && world.threads();
  if (start.settings.progress_thread && !progress && start.settings.log >= LogLevel::warning) {
    std::cerr << "farm: this MPI grants no MPI_THREAD_SERIALIZED, so there is no progress thread: "
                 "engines wait while the driver computes\n";
  }
  DriverJob job{start.settings, boots[0].info, members_of(boots), progress, silence, journal};
  return run_driver(job, *transport, drive, [&world](int status) { world.abort(status); });
}

// One process: the engine is a thread of it.
int drive_alone(const Start& start, const Boot& boot, records::Journal* journal,
                const std::function<int(Client&)>& drive) {
  transport::Loopback loopback(2);
  const time::Silence silence =
      process::cores_of_host() > 1 ? time::Silence::spin : time::Silence::yield;
  Engine self(0, boot.info.host, 1, start.settings.seed);
  engine::Server server(*start.registry, self, loopback.at(1), 0, silence,
                        {start.settings.listener_thread, start.settings.grace_ns},
                        start.settings.defaults);
  std::jthread engine([&] {
    try {
      server.serve();
    } catch (const std::exception& error) {
      std::cerr << "farm: the engine cannot go on: " << error.what() << std::endl;
      std::_Exit(1);
    }
  });
  DriverJob job{start.settings, boot.info, {{boot.info, 1, true}}, start.settings.progress_thread,
                silence,        journal};
  return run_driver(job, loopback.at(0), drive, [](int status) { std::_Exit(status); });
}

}  // namespace

int run(int argc, char** argv, const std::function<int(Client&)>& drive) {
  if (transport::mpi_was_started()) {
    throw std::logic_error("farm::run starts MPI and can be called once in a program, first thing");
  }
  process::SignalWatcher::block();
  const Start start = prepare(argc, argv);
  const std::optional<int> rank = rank_from_environment();
  const bool threads = (rank.value_or(0) == 0 && start.settings.progress_thread) ||
                       (rank.value_or(1) != 0 && start.settings.listener_thread);
  const transport::MpiWorld world(argc, argv, threads);

  std::vector<Boot> boots;
  for (const std::string& text : world.gather(encode(describe(world.rank(), start)))) {
    boots.push_back(decode_boot(text));
  }
  const time::Silence silence = silence_in(world);
  Verdict verdict;
  std::unique_ptr<records::Journal> journal;
  if (world.rank() == 0) verdict = decide(start, boots);
  if (verdict.go) journal = open_journal(start.settings, boots, verdict);
  verdict = Verdict::of(world.broadcast(verdict.text()));
  if (!verdict.go) return verdict.status;
  if (world.rank() != 0) return serve(world, start, verdict, silence);
  return world.size() == 1 ? drive_alone(start, boots[0], journal.get(), drive)
                           : drive_world(world, start, boots, silence, journal.get(), drive);
}

}  // namespace farm
