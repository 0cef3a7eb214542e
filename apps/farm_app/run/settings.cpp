#include "farm_app/run/settings.hpp"

#include <algorithm>
#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"
#include "farm_app/run/durations.hpp"
#include "farm_app/run/halt.hpp"
#include "farm_app/run/help_text.hpp"
#include "farm_app/run/option_words.hpp"
#include "farm_app/run/read_source.hpp"
#include "farm_app/run/shell.hpp"

namespace app {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

int whole(const char* option, const std::string& text, int low, int high) {
  return static_cast<int>(parse_whole(option, text, low, high));
}

void exclusive(const CommandLine& line, const std::vector<std::string>& options) {
  std::string first;
  for (const std::string& option : options) {
    if (!line.given(option)) continue;
    if (!first.empty()) {
      throw UsageError(join({"--" + first, "and", "--" + option, "exclude each other"}, " "));
    }
    first = option;
  }
}

void read_execution(const CommandLine& line, const OptionWords& words, RunSettings& settings) {
  Terms& terms = settings.terms;
  terms.directory = words.directory;
  terms.task_directory = words.own_directory;
  const auto needs_directory = [](const DeckTemplate& deck) { return deck.output != "-"; };
  const auto& templates = settings.source.templates;
  if (terms.task_directory.empty() &&
      std::any_of(templates.begin(), templates.end(), needs_directory)) {
    terms.task_directory = "farm-tasks";
  }
  for (const std::string& text : words.environment) terms.environment.push_back(variable(text));
  terms.shell = words.shell.empty() ? default_shell(settings.source.task_file) : words.shell;
  terms.attempts = whole("--retries", words.retries, 1, 1'000'000);
  terms.nice = whole("--nice", words.nice, -20, 19);
  settings.delay = parse_duration("--delay", words.delay);
  settings.outstanding =
      static_cast<std::uint64_t>(parse_whole("--outstanding", words.outstanding, 0, most));
  settings.dry_run = line.given("dry-run");
}

void read_limits(const CommandLine& line, const OptionWords& words, RunSettings& settings) {
  Terms& terms = settings.terms;
  settings.timeout = TimeLimit(words.timeout);
  terms.grace = parse_duration("--grace", words.grace);
  if (!words.memory.empty()) terms.memory = parse_bytes("--mem", words.memory);
  if (!words.memory_free.empty()) terms.memory_free = parse_bytes("--memfree", words.memory_free);
  terms.cores = whole("--cores", words.cores, 1, 1'000'000);
  if (line.given("cores")) terms.environment.emplace_back("OMP_NUM_THREADS", words.cores);
  settings.needs = words.needs;
  if (words.gpus.empty()) return;
  terms.gpu_label = "gpu";
  settings.needs.push_back("gpu=" + std::to_string(whole("--gpus", words.gpus, 1, 1'000'000)));
}

void read_output(const CommandLine& line, const OptionWords& words, RunSettings& settings) {
  exclusive(line, {"group", "line-buffer", "ungroup"});
  exclusive(line, {"keep-order", "ungroup"});
  if (line.given("line-buffer")) settings.grouping = Grouping::line;
  if (line.given("ungroup")) settings.grouping = Grouping::none;
  settings.terms.lines = settings.grouping != Grouping::group;
  settings.keep_order = line.given("keep-order");
  settings.tagstring = words.tagstring;
  if (words.tagstring.find("{%}") != std::string::npos) {
    throw UsageError("--tagstring: the slot {%} is not known before a command runs");
  }
  settings.tag = line.given("tag") || line.given("tagstring");
  settings.terms.results = words.results;
  if (words.results_style != "files" && words.results_style != "stream") {
    throw UsageError("--results-style " + words.results_style + ": known are files and stream");
  }
  settings.terms.one_file = words.results_style == "stream";
  if (line.given("results-style") && words.results.empty()) {
    throw UsageError("--results-style needs --results DIR");
  }
  settings.terms.discard = line.given("quiet-output");
  settings.report = words.report;
  const auto ends_in = [&](const std::string& tail) {
    return words.report.size() > tail.size() &&
           words.report.compare(words.report.size() - tail.size(), tail.size(), tail) == 0;
  };
  if (!words.report.empty() && !ends_in(".csv") && !ends_in(".json")) {
    throw UsageError("--report " + words.report + ": expected a name that ends in .csv or .json");
  }
  settings.bar = line.given("bar");
  settings.eta = line.given("eta");
  settings.progress = line.given("progress");
  settings.summary = !line.given("no-summary");
}

void read_control(const CommandLine& line, const OptionWords& words, RunSettings& settings) {
  exclusive(line, {"resume", "resume-failed", "retry-failed"});
  if (line.given("resume")) settings.resume = ResumeMode::resume;
  if (line.given("resume-failed")) settings.resume = ResumeMode::resume_failed;
  if (line.given("retry-failed")) settings.resume = ResumeMode::retry_failed;
  settings.force_resume = line.given("force-resume");
  settings.joblog = words.joblog;
  if (settings.resume != ResumeMode::none && words.joblog.empty()) {
    throw UsageError("what has been done is in a log: --joblog FILE");
  }
  if (settings.force_resume && settings.resume == ResumeMode::none) {
    throw UsageError("--force-resume goes with --resume or --resume-failed");
  }
  if (settings.resume == ResumeMode::retry_failed && !words.templates.empty()) {
    throw UsageError("--retry-failed has no more than the log: with --template, --resume-failed");
  }
  parse_halt(words.halt);
  settings.halt = words.halt;
  settings.drain = parse_duration("--drain", words.drain);
}

}  // namespace

std::optional<RunSettings> read_run_settings(const std::vector<std::string>& words) {
  CommandLine line(run_summary);
  OptionWords given;
  declare_run_options(line, given);

  std::vector<std::string> options = words;
  std::size_t count = line.leading(options);
  // Only what stands where an option may is one.
  for (std::size_t i = 0; i < count; ++i) {
    const bool may = words[i].size() > 1 && words[i].front() == '-';
    const std::string spelling = may ? option_spelling(words[i]) : words[i];
    if (spelling == options[i]) continue;
    options[i] = spelling;
    count = line.leading(options);
  }
  options.resize(count);
  if (!options.empty() && options.back() == "--") options.pop_back();
  if (!line.parse(options)) return std::nullopt;

  RunSettings settings;
  read_control(line, given, settings);
  const std::vector<std::string> behind(words.begin() + static_cast<std::ptrdiff_t>(count),
                                        words.end());
  settings.source = read_source(line, given, behind, settings.resume == ResumeMode::retry_failed);
  read_execution(line, given, settings);
  read_limits(line, given, settings);
  read_output(line, given, settings);
  return settings;
}

}  // namespace app
