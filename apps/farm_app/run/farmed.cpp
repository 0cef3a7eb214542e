// The way of a command at the hub: from the source into the farm.
#include "farm_app/run/farmed.hpp"

#include <algorithm>
#include <utility>

#include "farm_app/command_line.hpp"
#include "farm_app/run/gpus.hpp"
#include "farm_app/run/kernel_memory.hpp"
#include "farm_app/run/steady_seconds.hpp"
#include "farm_app/run/summary.hpp"

namespace app {

namespace {

// Commands that have ended and wait for their turn to be printed, at most: some 60 MB.
constexpr std::size_t most_ahead = 200'000;
// Of commands that an engine is through with before the hub has its turn, if they share a core.
constexpr int held_in_advance = 8;
// While commands run, a source that has nothing is asked again after so many seconds.
constexpr double source_pause = 0.02;

farm::LoadBalancedView view_of(const farm::Client& client, const RunSettings& settings,
                               const std::vector<farm::EngineId>& engines,
                               farm::CountOrAutomatic hwm) {
  const auto view = engines.empty() ? client.load_balanced() : client.load_balanced(engines);
  return view.with({.chunk = 1,
                    .hwm = hwm,
                    .needs = settings.needs,
                    .retries = settings.terms.attempts - 1,
                    .ranks = settings.terms.cores,
                    .one_host = settings.terms.cores > 1,
                    .label = "run"});
}

int engines_for(const RunSettings& settings, const farm::Client& client) {
  const int engines = static_cast<int>(client.size());
  if (settings.terms.cores > engines) {
    throw UsageError(
        "--cores " + std::to_string(settings.terms.cores) + ": there " +
        (engines == 1 ? "is 1 engine" : "are " + std::to_string(engines) + " engines") +
        ", and a command takes one for each core");
  }
  return engines;
}

std::optional<Jobs> source_of(const RunSettings& settings) {
  // With a task file, its barriers hold for what runs again.
  if (settings.resume == ResumeMode::retry_failed && settings.source.task_file.empty()) {
    return std::nullopt;
  }
  return std::optional<Jobs>(std::in_place, settings);
}

// Before the ledger writes to the log.
std::optional<Resume> earlier_run(const RunSettings& settings) {
  if (settings.resume == ResumeMode::none) return std::nullopt;
  return std::optional<Resume>(std::in_place, settings.joblog, settings.resume,
                               settings.force_resume);
}

}  // namespace

CommandRun::CommandRun(farm::Client& client, const RunSettings& settings)
    : client_(&client),
      settings_(&settings),
      terms_(settings.terms),
      engines_(engines_for(settings, client)),
      places_(engines_with_memory(client, settings.terms)),
      halt_(parse_halt(settings.halt)),
      limit_(settings.timeout),
      resume_(earlier_run(settings)),
      jobs_(source_of(settings)),
      ledger_(settings),
      drain_(client.drain_requests()),
      swift_(view_of(client, settings, places_, held_in_advance)),
      brisk_(swift_.with({.hwm = farm::automatic})),
      careful_(brisk_.with({.hwm = 1})) {
  terms_.gpus = gpus_of(client.engines(), terms_.gpu_label);
  ledger_.totals().cores = terms_.cores;
  if (resume_ && resume_->torn()) {
    ledger_.say("farm_app run: the last line of " + settings.joblog +
                " is torn; its command runs again\n");
  }
  client.watch_output([this](const farm::OutputPiece& piece) {
    ledger_.printer().add(number(piece.task), piece.attempt, static_cast<int>(piece.stream),
                          piece.text);
  });
}

CommandRun::~CommandRun() { client_->watch_output(nullptr); }

int CommandRun::run() {
  const double begin = steady_seconds();
  for (;;) {
    heed();
    learn_total(0);
    fill();
    if (queue_.empty() && ended_) break;
    collect(seconds_to_next_look());
    ledger_.flush(queue_.size(), steady_seconds());
  }
  for (const Job& job : farewells_) run_on_each_engine(job, "STOP");
  ledger_.close(steady_seconds());
  // What was written last may be what does not fit.
  heed_output();
  if (settings_->summary) {
    ledger_.say("farm_app run: " + summary(ledger_.totals(), engines_, steady_seconds() - begin));
  }
  return status();
}

// The next step, for --retry-failed by the log of the earlier run.
Next CommandRun::next(double patience) {
  if (jobs_) return jobs_->next(patience);
  Next step;
  if (auto failed = resume_->next_failed()) {
    step.kind = Next::Kind::job;
    step.job.seq = failed->first;
    step.job.command.parts = {std::move(failed->second)};
  }
  return step;
}

bool CommandRun::has_room() const {
  // Those that are left; without any, commands still go out, to fail.
  const std::uint64_t engines = std::max<std::size_t>(client_->size(), 1);
  const std::uint64_t most = settings_->outstanding > 0                ? settings_->outstanding
                             : settings_->delay > 0 || limit_.learns() ? engines
                             : limit_.relative()                       ? 2 * engines
                                                                       : 4 * engines + 64;
  return queue_.size() < most && ledger_.waiting() < most_ahead;
}

double CommandRun::seconds_to_next_start() const {
  return settings_->delay > 0 ? last_start_ + settings_->delay - steady_seconds() : 0;
}

// How long nothing is to be done unless a command ends.
double CommandRun::seconds_to_next_look() const {
  if (ended_) return between_looks;
  if (read_on_) return 0;
  if (barrier_ || !has_room()) return queue_.empty() ? 0 : between_looks;
  const double due = seconds_to_next_start();
  if (due > 0) return std::min(due, between_looks);
  // Where nothing runs, the source has been waited for.
  return queue_.empty() ? 0 : source_pause;
}

void CommandRun::fill() {
  if (barrier_ && queue_.empty()) {
    barrier_ = false;
    const bool failed = skipped_failure_ || ledger_.totals().failed > failed_before_barrier_;
    skipped_failure_ = false;
    if (barrier_checks_ && failed) {
      ledger_.say(
          "farm_app run: a command before the barrier has failed: nothing more is started\n");
      ended_ = cut_short_ = barred_ = true;
    }
    failed_before_barrier_ = ledger_.totals().failed;
  }
  // It may have millions of commands to leave out.
  const double until = steady_seconds() + between_looks;
  read_on_ = false;
  while (!ended_ && !barrier_ && has_room() && !read_on_) {
    read_on_ = steady_seconds() > until;
    try {
      if (!ahead_) {
        Next step = next(queue_.empty() ? source_pause : 0);
        if (step.kind == Next::Kind::not_yet) return;
        if (step.kind == Next::Kind::job && !wanted(step.job)) continue;
        ahead_ = std::move(step);
      }
      if (ahead_->kind == Next::Kind::job && seconds_to_next_start() > 0) return;
      obey(*std::exchange(ahead_, std::nullopt));
    } catch (const std::runtime_error& error) {
      // What runs ends as it should, and is in the log.
      ledger_.say(std::string("farm_app run: ") + error.what() + ": nothing more is started\n");
      broken_ = ended_ = cut_short_ = true;
    }
  }
}

void CommandRun::obey(Next&& step) {
  switch (step.kind) {
    case Next::Kind::job:
      return start(std::move(step.job));
    case Next::Kind::barrier:
    case Next::Kind::barrier_check:
      barrier_ = true;
      barrier_checks_ = step.kind == Next::Kind::barrier_check;
      return;
    case Next::Kind::engine_start:
      return run_on_each_engine(step.job, "START");
    case Next::Kind::engine_stop:
      farewells_.push_back(std::move(step.job));
      return;
    case Next::Kind::not_yet:
      return;
    case Next::Kind::end:
      ended_ = true;
      counting_.reset();
      ledger_.totals().all = started_in_all_;
      if (halt_.look(ledger_.totals()) == HaltDecision::now) stop_all();
      return;
  }
}

// Whether the log of an earlier run leaves it to be run.
bool CommandRun::wanted(const Job& job) {
  if (!resume_ || !jobs_ || resume_->runs(job.seq, job.command)) return true;
  ++ledger_.totals().skipped;
  if (!resume_->was_good(job.seq)) skipped_failure_ = true;
  return false;
}

}  // namespace app
