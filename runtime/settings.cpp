#include "settings.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string_view>

#include "client/labels.hpp"
#include "farm/with.hpp"
#include "profiles.hpp"
#include "time_limit.hpp"

namespace farm {

namespace po = boost::program_options;

namespace {

constexpr std::string_view prefix = "--farm-";

po::options_description described() {
  po::options_description options("Options of every farm program");
  options.add_options()(
      "farm-chunk", po::value<std::string>()->value_name("N|NAME"),
      ("items of a map in one message: a number, or one of " + chunk_names() + " [auto]").c_str())(
      "farm-hwm", po::value<std::string>()->value_name("N|auto"),
      "high-water mark: chunks an engine may hold; 0 assigns everything up front [auto]")(
      "farm-scheme", po::value<std::string>()->value_name("NAME"),
      "which engine of those with room gets a task of views that set none: leastload, lru, "
      "plainrandom, twobin or weighted [leastload]")("farm-max-workers",
                                                     po::value<std::string>()->value_name("N"),
                                                     "engines of an executor that sets none [all]")(
      "farm-label", po::value<std::string>()->value_name("NAME[=NUMBER]"),
      "what this rank has, for tasks that need it; repeatable, or a list with commas")(
      "farm-progress", po::value<std::string>()->value_name("thread|caller"),
      "who moves the farm while the driver computes: a thread, or nobody (faster hub) [thread]")(
      "farm-listener", po::value<std::string>()->value_name("thread|none"),
      "who hears that a running kernel shall stop: a thread of each engine, or only kernels that "
      "ask [thread]")(
      "farm-grace", po::value<std::string>()->value_name("SECONDS"),
      "how long kernels may go on that cannot be reached when another one has failed, or that do "
      "not stop when they are asked to [10]")("farm-seed",
                                              po::value<std::string>()->value_name("N"),
                                              "seed of the kernels' random streams [0]")(
      "farm-isolate", po::value<std::string>()->value_name("none|sandbox"),
      "where kernels of load-balanced tasks run: in the engine, or in a child process of it whose "
      "crash is only an error [none]")("farm-supervise",
                                       po::value<std::string>()->value_name("yes|no"),
                                       "whether the job survives the death of an engine [yes]")(
      "farm-silence", po::value<std::string>()->value_name("SECONDS"),
      "how long a rank may say nothing before it counts as dead [5]")(
      "farm-crashes", po::value<std::string>()->value_name("N"),
      "engines or sandboxes that one task may end before it is given up [3]")(
      "farm-respawn", po::value<std::string>()->value_name("N"),
      "engines that may be started in place of dead ones in a run (Open MPI only) [0]")(
      "farm-time-limit", po::value<std::string>()->value_name("TIME|auto|none"),
      "how long the job may run, from its start: seconds or H:MM:SS; auto: as its scheduler's "
      "variables say. Nothing is started that cannot end in time [auto]")(
      "farm-time-margin", po::value<std::string>()->value_name("TIME"),
      "how long before that nothing is started any more, and how long what runs may take when a "
      "signal ends the job [5 % of the limit, 5 s to 300 s; 20 s after a signal]")(
      "farm-output", po::value<std::string>()->value_name("through|group|headed|prefix"),
      "what kernels print: as it comes; in one piece for each task, bare or below a line that "
      "names "
      "it; or line by line with the engine and the task before it [through]")(
      "farm-journal", po::value<std::string>()->value_name("FILE"),
      "record every task there, and skip what it holds as done")(
      "farm-journal-force", po::value<std::string>()->value_name("yes|no"),
      "whether calls whose inputs have changed run anew, instead of ending the job [no]")(
      "farm-journal-label", po::value<std::string>()->value_name("NAME"),
      "a word under which the records of tasks are found whose view sets none")(
      "farm-log-level", po::value<std::string>()->value_name("error|warning|info|debug"),
      "how much the farm says on stderr [warning]")(
      "farm-config", po::value<std::string>()->value_name("FILE"),
      "file of settings, lines such as `chunk = 10` [farm.ini if it exists]")(
      "farm-profile", po::value<std::string>()->value_name("NAME"),
      "settings of a site: the section [NAME] of that file, or NAME.ini in a folder that "
      "FARM_PROFILES lists [~/.config/farm:/etc/farm]")(
      "farm-directory", po::value<std::string>()->value_name("DIR"),
      "where the journal lies, if its name does not begin with / [the current folder]")(
      "farm-help", "show these options and leave")("farm-version", "show the version and leave");
  return options;
}

bool takes_value(const std::string& name) { return name != "farm-help" && name != "farm-version"; }

const std::vector<std::string>& names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    const po::options_description all = described();
    for (const auto& option : all.options()) found.push_back(option->long_name());
    return found;
  }();
  return names;
}

bool known(const std::string& name) {
  return std::find(names().begin(), names().end(), name) != names().end();
}

std::int64_t count(const std::string& from, const std::string& text, std::int64_t least) {
  try {
    std::size_t end = 0;
    const std::int64_t value = std::stoll(text, &end);
    if (end == text.size() && value >= least) return value;
  } catch (const std::logic_error&) {
    // Said below.
  }
  throw SettingsError(from + " is a whole number of at least " + std::to_string(least) + ", not '" +
                      text + "'");
}

CountOrAutomatic count_or_automatic(const std::string& from, const std::string& text,
                                    std::int64_t least) {
  if (text == "auto") return automatic;
  try {
    return count(from, text, least);
  } catch (const SettingsError&) {
    throw SettingsError(from + " is 'auto' or a whole number of at least " + std::to_string(least) +
                        ", not '" + text + "'");
  }
}

Chunk chunk(const std::string& from, const std::string& text) {
  if (const std::optional<Chunk> named = chunk_named(text)) return *named;
  throw SettingsError(from + " is one of " + chunk_names() +
                      " or a whole number of at least 1, not '" + text + "'");
}

template <class Value>
Value choice(const std::string& from, const std::string& text,
             const std::vector<std::pair<std::string, Value>>& choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
    known += (known.empty() ? "" : ", ") + name;
  }
  throw SettingsError(from + " is one of " + known + ", not '" + text + "'");
}

bool yes_or_no(const std::string& from, const std::string& text) {
  return choice<bool>(from, text, {{"yes", true}, {"no", false}});
}

// At least one, and within the range of what is counted in ns.
std::int64_t seconds(const std::string& from, const std::string& text) {
  constexpr std::int64_t most = 1'000'000'000;
  return std::min(count(from, text, 1), most) * 1'000'000'000;
}

std::int64_t duration(const std::string& from, const std::string& text) {
  const std::optional<std::int64_t> ns = read_duration(text);
  if (ns && *ns > 0) return *ns;
  throw SettingsError(from + " is a time such as 90 (seconds), 30:00 or 12:00:00, not '" + text +
                      "'");
}

void add_labels(Labels& labels, const std::string& list, const std::string& from) {
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    try {
      const Label label = read_label(word);
      labels[label.name] = label.amount;
    } catch (const std::invalid_argument& error) {
      throw SettingsError(from + ": " + error.what());
    }
  }
}

// One setting, wherever it comes from; `from` names the place for the error.
void set(Settings& settings, const std::string& name, const std::string& text,
         const std::string& from) {
  if (name == "farm-chunk") {
    settings.defaults = amend(settings.defaults, {.chunk = chunk(from, text)});
  } else if (name == "farm-hwm") {
    settings.defaults.hwm = count_or_automatic(from, text, 0);
  } else if (name == "farm-max-workers") {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    settings.max_workers = static_cast<int>(std::min(count(from, text, 1), most));
  } else if (name == "farm-label") {
    add_labels(settings.labels, text, from);
  } else if (name == "farm-progress") {
    settings.progress_thread = choice<bool>(from, text, {{"thread", true}, {"caller", false}});
  } else if (name == "farm-listener") {
    settings.listener_thread = choice<bool>(from, text, {{"thread", true}, {"none", false}});
  } else if (name == "farm-grace") {
    settings.grace_ns = seconds(from, text);
  } else if (name == "farm-isolate") {
    settings.defaults.isolate =
        choice<Isolation>(from, text, {{"none", Isolation::none}, {"sandbox", Isolation::sandbox}});
  } else if (name == "farm-supervise") {
    settings.supervise = yes_or_no(from, text);
  } else if (name == "farm-silence") {
    settings.silence_ns = seconds(from, text);
  } else if (name == "farm-crashes") {
    settings.crashes = static_cast<int>(std::min<std::int64_t>(count(from, text, 1), 255));
  } else if (name == "farm-respawn") {
    settings.respawn = static_cast<int>(std::min<std::int64_t>(count(from, text, 0), 1'000'000));
  } else if (name == "farm-scheme") {
    settings.defaults.scheme = choice<Scheme>(from, text,
                                              {{"leastload", Scheme::leastload},
                                               {"lru", Scheme::lru},
                                               {"plainrandom", Scheme::plainrandom},
                                               {"twobin", Scheme::twobin},
                                               {"weighted", Scheme::weighted}});
  } else if (name == "farm-directory") {
    if (text.empty()) throw SettingsError(from + " names no folder");
    settings.directory = text;
  } else if (name == "farm-time-limit") {
    settings.time_limit_ns.reset();
    if (text != "auto")
      settings.time_limit_ns = text == "none" || text == "UNLIMITED" ? 0 : duration(from, text);
  } else if (name == "farm-time-margin") {
    settings.time_margin_ns = duration(from, text);
  } else if (name == "farm-output") {
    settings.output = choice<Output>(from, text,
                                     {{"through", Output::through},
                                      {"group", Output::group},
                                      {"headed", Output::headed},
                                      {"prefix", Output::prefix}});
  } else if (name == "farm-journal") {
    if (text.empty()) throw SettingsError(from + " names no file");
    settings.journal = text;
  } else if (name == "farm-journal-force") {
    settings.journal_force = yes_or_no(from, text);
  } else if (name == "farm-journal-label") {
    settings.defaults.label = text;
  } else if (name == "farm-seed") {
    settings.seed = static_cast<std::uint64_t>(count(from, text, 0));
  } else if (name == "farm-log-level") {
    settings.log = choice<LogLevel>(from, text,
                                    {{"error", LogLevel::error},
                                     {"warning", LogLevel::warning},
                                     {"info", LogLevel::info},
                                     {"debug", LogLevel::debug}});
  } else if (name == "farm-help") {
    settings.help = true;
  } else if (name == "farm-version") {
    settings.version = true;
  }
}

// Takes our options out of the arguments; a lone -- ends them.
Found take_command_line(int argc, const char* const* argv, std::vector<std::string>& others) {
  Found found;
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--") {
      others.insert(others.end(), argv + i, argv + argc);
      break;
    }
    if (!argument.starts_with(prefix)) {
      others.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (!known(name)) {
      throw SettingsError("there is no option --" + name + "; --farm-help lists those there are");
    }
    if (!takes_value(name)) {
      found.emplace_back(name, "");
    } else if (equals != std::string::npos) {
      found.emplace_back(name, argument.substr(equals + 1));
    } else if (i + 1 < argc) {
      found.emplace_back(name, argv[++i]);
    } else {
      throw SettingsError("--" + name + " needs a value");
    }
  }
  return found;
}

std::string variable_name(const std::string& name) {
  std::string variable = name;
  for (char& c : variable) {
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

// Lines of a file as options; `place` names it for errors.
Found checked(const std::string& place, const Found& lines) {
  Found found;
  for (const auto& [key, value] : lines) {
    const std::string name = "farm-" + key;
    // NOLINTBEGIN(performance-inefficient-string-concatenation): once for each line of a file.
    if (!known(name) || !takes_value(name) || name == "farm-config") {
      throw SettingsError(place + ": there is no setting '" + key +
                          "'; --farm-help lists those there are, without the --farm-");
    }
    const bool names_place = name == "farm-journal" || name == "farm-directory";
    found.emplace_back(name, names_place ? expanded(place + ": " + key, value) : value);
    // NOLINTEND(performance-inefficient-string-concatenation)
  }
  return found;
}

// What counts of an option that is set at most once: the last.
void take_last(std::optional<std::string>& last, const std::string& wanted, const Found& found) {
  for (const auto& [name, value] : found) {
    if (name == wanted) last = value;
  }
}

}  // namespace

Settings read_settings(int argc, const char* const* argv) {
  Settings settings;
  const Found line = take_command_line(argc, argv, settings.arguments);
  Found variables;
  for (const std::string& name : names()) {
    const char* value = takes_value(name) ? std::getenv(variable_name(name).c_str()) : nullptr;
    if (value != nullptr) variables.emplace_back(name, value);
  }
  std::optional<std::string> config;
  take_last(config, "farm-config", variables);
  take_last(config, "farm-config", line);
  const SettingsFile file = read_settings_file(config.value_or("farm.ini"), config.has_value());
  // The weakest first, so that the others replace it.
  const auto apply = [&](const std::string& place, const Found& lines) {
    for (const auto& [name, value] : checked(place, lines)) {
      set(settings, name, value, place + ": " + name.substr(5));
    }
  };
  apply(file.path, file.plain());
  std::optional<std::string> chosen;
  take_last(chosen, "farm-profile", checked(file.path, file.plain()));
  take_last(chosen, "farm-profile", variables);
  take_last(chosen, "farm-profile", line);
  if (chosen) {
    const Profile profile = find_profile(*chosen, file);
    apply(profile.place, profile.lines);
    settings.profile = *chosen;
  }
  for (const auto& [name, value] : variables) set(settings, name, value, variable_name(name));
  for (const auto& [name, value] : line) set(settings, name, value, "--" + name);
  if (!settings.directory.empty() && !settings.journal.empty() && settings.journal[0] != '/') {
    settings.journal = settings.directory + "/" + settings.journal;
  }
  return settings;
}

std::string settings_help() {
  std::ostringstream text;
  text << described()
       << "Each can also be given as a variable (FARM_CHUNK=10) or in the settings file\n"
          "(chunk = 10). The command line counts first, then variables, then the profile, then\n"
          "the lines of the file that stand above its profiles: [NAME] begins one.\n";
  return text.str();
}

}  // namespace farm
