#include "farm_app/tenacity/settings.hpp"

#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app {

namespace {

namespace po = boost::program_options;

constexpr const char* summary =
    "farm_app tenacity: the farm against tasks that throw, crash and hang and engines that die.\n"
    "Every result is verified; the exit status is 0 if all are right. With --farm-journal, a job\n"
    "that was ended goes on where it was when it is started again with the same options.";

/// The values as they were written.
struct Words {
  std::string tasks = "2000";
  std::string seed = "1";
  std::string throws = "0";
  std::string crashes = "0";
  std::string hangs = "0";
  std::string kills = "0";
  std::string freezes = "0";
  std::string seconds = "0.01";
  std::string limit = "0.5";
  std::string input = "0";
  std::string output = "0";
  std::string isolate = "sandbox";
};

void declare(po::options_description& options, Words& words, std::string& log) {
  const auto value = [](std::string& word, const char* name) {
    return po::value(&word)->value_name(name)->default_value(word);
  };
  options.add_options()("tasks", value(words.tasks, "N"), "how many")(
      "seed", value(words.seed, "N"), "of all that is random here")(
      "throw", value(words.throws, "SHARE"), "of the tasks throw at their first attempts")(
      "crash", value(words.crashes, "SHARE"),
      "of the tasks end their process at their first attempt: SIGSEGV, abort, exit, SIGKILL")(
      "hang", value(words.hangs, "SHARE"), "of the tasks hang at their first attempt")(
      "kill", value(words.kills, "N"), "engines that are killed at random moments")(
      "freeze", value(words.freezes, "N"), "engines that are stopped at random moments")(
      "kill-hub", "kill rank 0 at a random moment, at the first start by farmrun")(
      "seconds", value(words.seconds, "S"), "that a task takes in the mean")(
      "limit", value(words.limit, "S"), "a task that takes longer hangs")(
      "input", value(words.input, "SIZE"), "bytes that a task gets (4096, 60K, 1M)")(
      "output", value(words.output, "SIZE"), "bytes that a task returns")(
      "isolate", value(words.isolate, "none|sandbox"), "where tasks run")(
      "insist", "let tasks crash and hang without a sandbox: each costs an engine")(
      "log", po::value(&log)->value_name("FILE"),
      "lines EVENT START TASK ATTEMPT ENGINE MICROSECONDS: begin and end of each run of a task "
      "that "
      "ends well, and the moment at which a rank dies");
}

double parse_share(const char* option, const std::string& text) {
  const double share = parse_number(option, text);
  if (share < 0 || share > 1) throw UsageError(std::string(option) + " is a share from 0 to 1");
  return share;
}

double parse_seconds(const char* option, const std::string& text) {
  const double seconds = parse_number(option, text);
  if (seconds < 0) throw UsageError(std::string(option) + " must not be negative");
  return seconds;
}

std::uint64_t parse_size_or_none(const char* option, const std::string& text) {
  return text == "0" ? 0 : parse_bytes(option, text);
}

bool parse_isolation(const std::string& text) {
  if (text == "sandbox") return true;
  if (text == "none") return false;
  throw UsageError("--isolate " + text + ": known are none and sandbox");
}

std::size_t parse_engines(const char* option, const std::string& text) {
  return static_cast<std::size_t>(parse_whole(option, text, 0, 1'000'000));
}

}  // namespace

std::optional<TenacitySettings> read_tenacity_settings(const std::vector<std::string>& words) {
  CommandLine line(summary);
  Words given;
  TenacitySettings settings;
  declare(line.options(), given, settings.log);
  if (!line.parse(words)) return std::nullopt;

  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  settings.tasks = static_cast<std::uint64_t>(parse_whole("--tasks", given.tasks, 1, 100'000'000));
  settings.seed = static_cast<std::uint64_t>(parse_whole("--seed", given.seed, 0, most));
  settings.odds = {parse_share("--throw", given.throws), parse_share("--crash", given.crashes),
                   parse_share("--hang", given.hangs)};
  settings.kills = parse_engines("--kill", given.kills);
  settings.freezes = parse_engines("--freeze", given.freezes);
  settings.kill_hub = line.given("kill-hub");
  settings.seconds = parse_seconds("--seconds", given.seconds);
  settings.limit = parse_seconds("--limit", given.limit);
  settings.input_bytes = parse_size_or_none("--input", given.input);
  settings.output_bytes = parse_size_or_none("--output", given.output);
  settings.sandbox = parse_isolation(given.isolate);
  if (settings.odds.throws + settings.odds.crashes + settings.odds.hangs > 1) {
    throw UsageError("--throw, --crash and --hang are more than 1 together");
  }
  if (settings.limit < 4 * settings.seconds) {
    throw UsageError(
        "--limit must be at least four times --seconds, or tasks that work would hang");
  }
  const bool deadly = settings.odds.crashes > 0 || settings.odds.hangs > 0;
  if (deadly && !settings.sandbox && !line.given("insist")) {
    throw UsageError(
        "without a sandbox each task that crashes or hangs costs an engine: use --isolate sandbox, "
        "or --insist if that is what you want to see");
  }
  return settings;
}

void check_engines(const TenacitySettings& settings, std::size_t engines) {
  const std::size_t doomed = settings.kills + settings.freezes;
  if (doomed < engines || doomed == 0) return;
  throw UsageError("of " + std::to_string(engines) + (engines == 1 ? " engine " : " engines ") +
                   "at most " + std::to_string(engines - 1) +
                   " can be killed or frozen: somebody has to do the work");
}

}  // namespace app
