// farm_app tenacity: does to itself what happens to others, and verifies what comes out.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>

#include "farm_app/numbers/format.hpp"
#include "farm_app/subcommands.hpp"
#include "farm_app/tenacity/diary.hpp"
#include "farm_app/tenacity/doom.hpp"
#include "farm_app/tenacity/draws.hpp"
#include "farm_app/tenacity/report.hpp"
#include "farm_app/tenacity/settings.hpp"
#include "farm_app/tenacity/trial.hpp"

namespace app {

namespace {

using Clock = std::chrono::steady_clock;

// Enough for a task that throws twice and whose engines are killed.
constexpr int retries = 5;
constexpr std::size_t failures_shown = 5;

std::vector<Trial> make_trials(const TenacitySettings& settings) {
  std::vector<Trial> trials;
  trials.reserve(settings.tasks);
  for (std::uint64_t i = 0; i < settings.tasks; ++i) {
    trials.push_back(make_trial(settings.seed, i, settings.odds, settings.input_bytes));
  }
  return trials;
}

// What the work takes if nobody dies.
double span_of(const TenacitySettings& settings, std::size_t engines) {
  const double hangs = settings.odds.hangs * settings.limit;
  return static_cast<double>(settings.tasks) * (settings.seconds + hangs) /
         static_cast<double>(engines);
}

void print_plan(const farm::EngineInfo& hub, const TenacitySettings& settings,
                const std::vector<Doom>& dooms, int start) {
  std::cout << "seed " << settings.seed << ", start " << start + 1
            << " of the job; rank 0 is process " << hub.pid << " on " << hub.host << '\n';
  for (const Doom& doom : dooms) {
    std::cout << "engine " << doom.engine << (doom.freeze ? " freezes" : " is killed") << " after "
              << format_seconds(doom.seconds) << '\n';
  }
  std::cout << std::flush;
}

void arm_engines(farm::Client& client, const std::vector<Doom>& dooms, const std::string& log) {
  for (const Doom& doom : dooms) {
    client[doom.engine]
        .apply(farm::kernel<&tenacity_kernels::arm>, doom.seconds, doom.freeze ? SIGSTOP : SIGKILL,
               log)
        .get();
  }
}

void count(TenacityReport& report, const TrialTerms& terms, const Trial& trial,
           const farm::Outcome<Finding>& outcome) {
  FateCount& fate = report.of(trial.fate);
  ++fate.tasks;
  std::string failure;
  try {
    const Finding& finding = outcome.value();
    if (is_right(terms, trial, finding)) {
      ++fate.right;
      fate.attempts += static_cast<std::uint64_t>(finding.attempt);
      return;
    }
    failure = "its result is wrong";
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (report.failures.size() < failures_shown) {
    report.failures.push_back("task " + std::to_string(trial.index) + ": " + failure);
  }
}

}  // namespace

int tenacity(farm::Client& client, const Arguments& arguments) {
  const auto read = read_tenacity_settings(arguments);
  if (!read) return 0;
  TenacitySettings settings = *read;
  const bool alone = client.hub().id == client.ids().front();
  if (alone && settings.kills + settings.freezes > 0) {
    std::cout << "one process: there is no engine that could be killed or frozen\n";
    settings.kills = settings.freezes = 0;
  }
  check_engines(settings, client.size());

  const TrialTerms terms{settings.seed, settings.seconds, settings.output_bytes, settings.log};
  const int start = start_of_job();
  TenacityReport report;
  report.engines = client.size();
  const double span = span_of(settings, client.size());
  std::vector<Doom> dooms;
  // What happens to a job once must not happen to it at every start.
  if (start == 0) {
    dooms = draw_dooms(settings.seed, client.ids(), settings.kills, settings.freezes, span);
  }
  report.doomed = dooms.size();
  print_plan(client.hub(), settings, dooms, start);

  const std::vector<Trial> trials = make_trials(settings);
  const auto begin = Clock::now();
  arm_engines(client, dooms, settings.log);
  if (settings.kill_hub && start == 0) {
    tenacity_kernels::arm_hub(draw_share(settings.seed, ~std::uint64_t{0}) * span, settings.log);
  }
  const auto isolate = settings.sandbox ? farm::Isolation::sandbox : farm::Isolation::none;
  const auto view = client.load_balanced().with({.retries = retries,
                                                 .run_limit = farm::Seconds{settings.limit},
                                                 .isolate = isolate,
                                                 .label = "tenacity"});
  const auto findings =
      view.map(farm::bind(farm::kernel<&tenacity_kernels::attempt>, terms), trials);
  for (const auto& outcome : findings.as_completed()) {
    count(report, terms, trials[outcome.index()], outcome);
  }
  report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (settings.kill_hub) tenacity_kernels::disarm();
  client.direct().apply(farm::kernel<&tenacity_kernels::disarm>).get();
  report.engines_left = client.size();
  print_report(std::cout, report);
  return report.all_right() ? 0 : 1;
}

}  // namespace app
