#include "settings.hpp"

#include <boost/program_options.hpp>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "profiles.hpp"
#include "setting_table.hpp"

namespace farm {

namespace {

constexpr std::string_view prefix = "--farm-";

bool takes_value(const Setting& setting) { return !setting.value.empty(); }

void set(Settings& settings, const std::string& name, const std::string& text,
         const std::string& place) {
  const Setting* const setting = find_setting(name);
  if (setting->set != nullptr) setting->set(settings, {text, place});
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
    const Setting* const setting = find_setting(name);
    if (setting == nullptr) {
      throw SettingsError("there is no option --" + name + "; --farm-help lists those there are");
    }
    if (!takes_value(*setting)) {
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
    const Setting* const setting = find_setting(name);
    if (setting == nullptr || !takes_value(*setting) || name == "farm-config") {
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
  for (const Setting& setting : setting_table()) {
    if (!takes_value(setting)) continue;
    const char* value = std::getenv(variable_name(setting.name).c_str());
    if (value != nullptr) variables.emplace_back(setting.name, value);
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
  namespace po = boost::program_options;
  po::options_description options("Options of every farm program");
  auto add = options.add_options();
  for (const Setting& setting : setting_table()) {
    if (takes_value(setting)) {
      auto* const value = po::value<std::string>()->value_name(setting.value);
      add(setting.name.c_str(), value, setting.help.c_str());
    } else {
      add(setting.name.c_str(), setting.help.c_str());
    }
  }
  std::ostringstream text;
  text << options
       << "Each can also be given as a variable (FARM_CHUNK=10) or in the settings file\n"
          "(chunk = 10). The command line counts first, then variables, then the profile, then\n"
          "the lines of the file that stand above its profiles: [NAME] begins one.\n";
  return text.str();
}

}  // namespace farm
