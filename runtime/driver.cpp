#include "driver.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "draining.hpp"
#include "farm/detail/failure.hpp"
#include "hub/monitor.hpp"
#include "output.hpp"
#include "process/host.hpp"
#include "process/signals.hpp"

namespace farm {

namespace {

constexpr int failed_status = 1;
constexpr std::int64_t grace_ns = 1'000'000'000;
constexpr std::int64_t patience_ns = 200'000'000;

// Answers signals; these may be the last words of the job. Nothing is waited for. Open MPI's mpirun
// wakes its ranks with SIGCONT, a second later says SIGTERM, and may kill them before they can
// answer: so the counts are said when they are woken, too.
class LastWords {
 public:
  /// `launched`: whether there is a launcher, which does not wait for an answer to SIGTERM.
  LastWords(hub::Monitor& monitor, records::Journal* journal, detail::Drain& drain,
            Draining& draining, bool launched)
      : monitor_(&monitor),
        journal_(journal),
        drain_(&drain),
        draining_(&draining),
        launched_(launched) {}

  void operator()(int signal) {
    const bool drains = signal == SIGUSR1 || signal == SIGUSR2 ||
                        (signal == SIGTERM && (!launched_ || drain_->heeded()));
    if (drains) draining_->begin(std::string("SIG") + sigabbrev_np(signal));
    const bool ends = !drains && (signal == SIGINT || signal == SIGTERM);
    std::string words = std::string("farm: ") +
                        (ends     ? "ended by SIG"
                         : drains ? "drains, told so by SIG"
                                  : "so far (SIG") +
                        sigabbrev_np(signal) + (ends || drains ? "" : ")");
    const std::optional<hub::Totals> totals = monitor_->totals_within(patience_ns);
    words += totals ? ": " + counts(*totals) + '\n' : ": the hub is busy, no counts\n";
    if (journal_ != nullptr) journal_->flush();
    if (ends) flush_stdout();
    std::fputs(words.c_str(), stderr);
    if (ends) std::_Exit(128 + signal);
  }

 private:
  hub::Monitor* monitor_;
  records::Journal* journal_;
  detail::Drain* drain_;
  Draining* draining_;
  bool launched_;
};

void report_unnoticed(const hub::Hub& hub) {
  if (hub.unnoticed() == 0) return;
  std::cerr << "farm: " << hub.unnoticed() << " failed tasks that nobody looked at:\n";
  for (const hub::Unnoticed& one : hub.first_unnoticed()) {
    const detail::FailureRecord record = detail::decode_failure(one.failure.span());
    std::cerr << "  "
              << (one.kernel == nullptr ? "a continuation" : detail::readable_name(*one.kernel));
    if (one.engine.rank() >= 0) {
      std::cerr << " on engine " << one.engine << " (" << hub.member(one.engine).info.host << ")";
    }
    std::cerr << ": " << (record.type.empty() ? "" : record.type + ": ") << record.message << '\n';
  }
  const std::uint64_t more = hub.unnoticed() - hub.first_unnoticed().size();
  if (more != 0) std::cerr << "  ... and " << more << " more\n";
}

// The driver's value, or nothing if it threw.
std::optional<int> drive_safely(const std::function<int(Client&)>& drive, Client& client) {
  try {
    return drive(client);
  } catch (const std::exception& error) {
    std::cout << std::flush;
    std::cerr << "farm: the driver threw: " << error.what() << std::endl;
  } catch (...) {
    std::cout << std::flush;
    std::cerr << "farm: the driver threw something that is no std::exception" << std::endl;
  }
  return std::nullopt;
}

// Waits for what the driver left; or, if it threw, for what cannot be cancelled, within reason.
// Returns whether nothing is left.
bool wind_up(hub::Monitor& monitor, bool threw) {
  if (!threw) return monitor.await_idle(std::nullopt);
  monitor.cancel_all();
  return monitor.await_idle(monitor.now() + grace_ns);
}

int drive_farm(const DriverJob& job, transport::Transport& transport,
               const std::function<int(Client&)>& drive, const std::function<void(int)>& abort) {
  hub::Hub hub(transport, job.members, job.settings.grace_ns, job.settings.crashes,
               job.settings.respawn != 0);
  hub.show_outputs(output_options(job.settings));
  if (job.journal != nullptr) hub.record_in(*job.journal);
  hub::Monitor monitor(hub, {job.progress_thread, job.silence, job.settings.defaults,
                             process::stderr_is_terminal(), job.losses});
  detail::Drain drain;
  Draining draining(monitor, drain, job.limit, job.journal, job.unfinished, job.leave);
  const process::SignalWatcher signals{
      LastWords(monitor, job.journal, drain, draining, job.launched)};
  const std::int64_t begin = monitor.now();
  if (job.settings.log >= LogLevel::info) {
    std::cerr << "farm: hub on " << job.hub.host << ", " << job.members.size() << " engines\n";
  }

  Client client(monitor, job.hub, job.settings.arguments, job.settings.max_workers, &drain);
  std::optional<int> status = drive_safely(drive, client);
  // What the driver has left behind is not what it was given the time for.
  if (draining.returned()) monitor.let_go();
  const bool idle = wind_up(monitor, !status);
  status = draining.retire(status);
  monitor.stop_progress();  // from here on nobody else moves the hub
  if (job.journal != nullptr) job.journal->flush();
  if (!idle) {
    std::cerr << "farm: " << counts(hub.totals()) << "; ending the job" << std::endl;
    flush_stdout();
    abort(failed_status);
  }
  report_unnoticed(hub);
  if (hub.stuck() != 0) {
    std::cerr
        << "farm: " << hub.stuck() << (hub.stuck() == 1 ? " engine does" : " engines do")
        << " not come back from a kernel that was asked to stop, or that waits in MPI for one "
           "that failed; ending the job"
        << std::endl;
    flush_stdout();
    abort(status.value_or(failed_status));
  }
  if (job.settings.log >= LogLevel::info) {
    std::cerr << "farm: " << counts(hub.totals()) << " in "
              << static_cast<double>(monitor.now() - begin) * 1e-9 << " s\n";
    if (job.journal != nullptr) {
      std::cerr << "farm: " << job.journal->recalled() << " of them were done before, as "
                << job.journal->file() << " says\n";
    }
  }
  monitor.quit();
  return status.value_or(failed_status);
}

}  // namespace

int run_driver(const DriverJob& job, transport::Transport& transport,
               const std::function<int(Client&)>& drive, const std::function<void(int)>& abort) {
  try {
    return drive_farm(job, transport, drive, abort);
  } catch (const std::exception& error) {
    std::cerr << "farm: the farm cannot go on: " << error.what() << std::endl;
    flush_stdout();
    // Engines that serve would hold up an orderly end for ever.
    abort(failed_status);
  }
  return failed_status;
}

}  // namespace farm
