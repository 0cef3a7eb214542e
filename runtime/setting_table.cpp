#include "setting_table.hpp"

#include <algorithm>
#include <limits>

#include "farm/with.hpp"

namespace farm {

namespace {

using setting::Given;

void append(std::vector<Setting>& table, const std::vector<Setting>& rows) {
  table.insert(table.end(), rows.begin(), rows.end());
}

// Options of views that set none, and labels, which such options ask for.
std::vector<Setting> of_tasks() {
  return {
      {"farm-chunk", "N|NAME",
       "items of a map in one message: a number, or one of " + chunk_names() + " [auto]",
       [](Settings& settings, const Given& given) {
         settings.defaults = amend(settings.defaults, {.chunk = setting::chunk(given)});
       }},
      {"farm-hwm", "N|auto",
       "high-water mark: chunks an engine may hold; 0 assigns everything up front [auto]",
       [](Settings& settings, const Given& given) {
         settings.defaults.hwm = setting::count_or_automatic(given, 0);
       }},
      {"farm-scheme", "NAME",
       "which engine of those with room gets a task of views that set none: leastload, lru, "
       "plainrandom, twobin or weighted [leastload]",
       [](Settings& settings, const Given& given) {
         settings.defaults.scheme =
             setting::choice<Scheme>(given, {{"leastload", Scheme::leastload},
                                             {"lru", Scheme::lru},
                                             {"plainrandom", Scheme::plainrandom},
                                             {"twobin", Scheme::twobin},
                                             {"weighted", Scheme::weighted}});
       }},
      {"farm-max-workers", "N", "engines of an executor that sets none [all]",
       [](Settings& settings, const Given& given) {
         settings.max_workers = setting::bounded_count(given, 1, std::numeric_limits<int>::max());
       }},
      {"farm-label", "NAME[=NUMBER]",
       "what this rank has, for tasks that need it; repeatable, or a list with commas",
       [](Settings& settings, const Given& given) { setting::add_labels(settings.labels, given); }},
  };
}

std::vector<Setting> of_ranks() {
  return {
      {"farm-progress", "thread|caller",
       "who moves the farm while the driver computes: a thread, or nobody (faster hub) [thread]",
       [](Settings& settings, const Given& given) {
         settings.progress_thread =
             setting::choice<bool>(given, {{"thread", true}, {"caller", false}});
       }},
      {"farm-listener", "thread|none",
       "who hears that a running kernel shall stop: a thread of each engine, or only kernels that "
       "ask [thread]",
       [](Settings& settings, const Given& given) {
         settings.listener_thread =
             setting::choice<bool>(given, {{"thread", true}, {"none", false}});
       }},
      {"farm-grace", "SECONDS",
       "how long kernels may go on that cannot be reached when another one has failed, or that do "
       "not stop when they are asked to [10]",
       [](Settings& settings, const Given& given) { settings.grace_ns = setting::seconds(given); }},
      {"farm-seed", "N", "seed of the kernels' random streams [0]",
       [](Settings& settings, const Given& given) {
         settings.seed = static_cast<std::uint64_t>(setting::count(given, 0));
       }},
  };
}

std::vector<Setting> of_deaths() {
  return {
      {"farm-isolate", "none|sandbox",
       "where kernels of load-balanced tasks run: in the engine, or in a child process of it whose "
       "crash is only an error [none]",
       [](Settings& settings, const Given& given) {
         settings.defaults.isolate = setting::choice<Isolation>(
             given, {{"none", Isolation::none}, {"sandbox", Isolation::sandbox}});
       }},
      {"farm-supervise", "yes|no", "whether the job survives the death of an engine [yes]",
       [](Settings& settings, const Given& given) {
         settings.supervise = setting::yes_or_no(given);
       }},
      {"farm-silence", "SECONDS", "how long a rank may say nothing before it counts as dead [5]",
       [](Settings& settings, const Given& given) {
         settings.silence_ns = setting::seconds(given);
       }},
      {"farm-crashes", "N", "engines or sandboxes that one task may end before it is given up [3]",
       [](Settings& settings, const Given& given) {
         settings.crashes = setting::bounded_count(given, 1, 255);
       }},
      {"farm-respawn", "N",
       "engines that may be started in place of dead ones in a run (Open MPI only) [0]",
       [](Settings& settings, const Given& given) {
         settings.respawn = setting::bounded_count(given, 0, 1'000'000);
       }},
  };
}

std::vector<Setting> of_time() {
  return {
      {"farm-time-limit", "TIME|auto|none",
       "how long the job may run, from its start: seconds or H:MM:SS; auto: as its scheduler's "
       "variables say. Nothing is started that cannot end in time [auto]",
       [](Settings& settings, const Given& given) {
         settings.time_limit_ns.reset();
         if (given.text == "auto") return;
         const bool none = given.text == "none" || given.text == "UNLIMITED";
         settings.time_limit_ns = none ? 0 : setting::duration(given);
       }},
      {"farm-time-margin", "TIME",
       "how long before that nothing is started any more, and how long what runs may take when a "
       "signal ends the job [5 % of the limit, 5 s to 300 s; 20 s after a signal]",
       [](Settings& settings, const Given& given) {
         settings.time_margin_ns = setting::duration(given);
       }},
  };
}

std::vector<Setting> of_what_is_written() {
  return {
      {"farm-output", "through|group|headed|prefix",
       "what kernels print: as it comes; in one piece for each task, bare or below a line that "
       "names it; or line by line with the engine and the task before it [through]",
       [](Settings& settings, const Given& given) {
         settings.output = setting::choice<Output>(given, {{"through", Output::through},
                                                           {"group", Output::group},
                                                           {"headed", Output::headed},
                                                           {"prefix", Output::prefix}});
       }},
      {"farm-journal", "FILE", "record every task there, and skip what it holds as done",
       [](Settings& settings, const Given& given) {
         settings.journal = setting::name_of("file", given);
       }},
      {"farm-journal-force", "yes|no",
       "whether calls whose inputs have changed run anew, instead of ending the job [no]",
       [](Settings& settings, const Given& given) {
         settings.journal_force = setting::yes_or_no(given);
       }},
      {"farm-journal-label", "NAME",
       "a word under which the records of tasks are found whose view sets none",
       [](Settings& settings, const Given& given) { settings.defaults.label = given.text; }},
      {"farm-log-level", "error|warning|info|debug", "how much the farm says on stderr [warning]",
       [](Settings& settings, const Given& given) {
         settings.log = setting::choice<LogLevel>(given, {{"error", LogLevel::error},
                                                          {"warning", LogLevel::warning},
                                                          {"info", LogLevel::info},
                                                          {"debug", LogLevel::debug}});
       }},
  };
}

std::vector<Setting> of_settings() {
  return {
      {"farm-config", "FILE",
       "file of settings, lines such as `chunk = 10` [farm.ini if it exists]", nullptr},
      {"farm-profile", "NAME",
       "settings of a site: the section [NAME] of that file, or NAME.ini in a folder that "
       "FARM_PROFILES lists [~/.config/farm:/etc/farm]",
       nullptr},
      {"farm-directory", "DIR",
       "where the journal lies, if its name does not begin with / [the current folder]",
       [](Settings& settings, const Given& given) {
         settings.directory = setting::name_of("folder", given);
       }},
      {"farm-help", "", "show these options and leave",
       [](Settings& settings, const Given&) { settings.help = true; }},
      {"farm-version", "", "show the version and leave",
       [](Settings& settings, const Given&) { settings.version = true; }},
  };
}

}  // namespace

const std::vector<Setting>& setting_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> all;
    for (const auto& group :
         {of_tasks(), of_ranks(), of_deaths(), of_time(), of_what_is_written(), of_settings()}) {
      append(all, group);
    }
    return all;
  }();
  return table;
}

const Setting* find_setting(const std::string& name) {
  const auto found = std::ranges::find(setting_table(), name, &Setting::name);
  return found == setting_table().end() ? nullptr : &*found;
}

}  // namespace farm
