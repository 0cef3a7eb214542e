#include "profiles.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "settings.hpp"

namespace farm {

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace {

constexpr const char* ending = ".ini";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// All that there are, and where.
std::string known_profiles(const SettingsFile& file) {
  std::string known;
  const auto add = [&](const std::string& name, const std::string& place) {
    known += (known.empty() ? "" : ", ") + name + " (" + place + ")";
  };
  for (const std::string& name : file.sections()) add(name, file.path);
  for (const std::string& folder : profile_folders()) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
      if (entry.path().extension() == ending) names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) add(name, folder);
  }
  return known;
}

// Of a file of its own: what stands above all sections, and the section of this name.
Found lines_of(const SettingsFile& file, const std::string& name) {
  Found lines = file.plain();
  const Found own = file.section(name);
  const std::vector<std::string> sections = file.sections();
  if (own.empty() && !sections.empty()) {
    throw SettingsError(file.path + " has a section [" + sections.front() + "] and no section [" +
                        name + "]: the file of a profile needs none, or one of its own name");
  }
  lines.insert(lines.end(), own.begin(), own.end());
  return lines;
}

}  // namespace

Found SettingsFile::plain() const {
  Found found;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
               [](const auto& line) { return line.first.find('.') == std::string::npos; });
  return found;
}

Found SettingsFile::section(const std::string& name) const {
  Found found;
  for (const auto& [key, value] : lines) {
    if (key.starts_with(name + ".")) found.emplace_back(key.substr(name.size() + 1), value);
  }
  return found;
}

std::vector<std::string> SettingsFile::sections() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : lines) {
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos) continue;
    const std::string name = key.substr(0, dot);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

SettingsFile read_settings_file(const std::string& path, bool must_exist) {
  SettingsFile found;
  found.path = path;
  std::ifstream file(path);
  if (!file) {
    if (must_exist) throw SettingsError("the settings file " + path + " cannot be read");
    return found;
  }
  try {
    const auto parsed = po::parse_config_file(file, po::options_description(), true);
    for (const auto& option : parsed.options) {
      for (const std::string& value : option.value) {
        found.lines.emplace_back(option.string_key, value);
      }
    }
  } catch (const po::error& error) {
    throw SettingsError(path + ": " + error.what());
  }
  return found;
}

Profile find_profile(const std::string& name, const SettingsFile& file) {
  if (Found lines = file.section(name); !lines.empty()) {
    return {file.path + " [" + name + "]", std::move(lines)};
  }
  const bool plain = !name.empty() && name.find('/') == std::string::npos;
  for (const std::string& folder : profile_folders()) {
    const std::string path = std::string(folder).append("/").append(name).append(ending);
    std::error_code none;
    if (plain && fs::is_regular_file(path, none)) {
      return {path, lines_of(read_settings_file(path, true), name)};
    }
  }
  const std::string known = known_profiles(file);
  std::string places = file.path;
  for (const std::string& folder : profile_folders()) places += ", " + folder;
  throw SettingsError("there is no profile '" + name + "'; " +
                      (known.empty() ? "there are none in " + places : "known are: " + known));
}

std::vector<std::string> profile_folders() {
  std::vector<std::string> folders;
  std::istringstream listed(variable("FARM_PROFILES"));
  for (std::string folder; std::getline(listed, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  if (!folders.empty()) return folders;
  if (const std::string config = variable("XDG_CONFIG_HOME"); !config.empty()) {
    folders.push_back(config + "/farm");
  } else if (const std::string home = variable("HOME"); !home.empty()) {
    folders.push_back(home + "/.config/farm");
  }
  folders.emplace_back("/etc/farm");
  return folders;
}

std::string expanded(const std::string& from, const std::string& text) {
  std::string made;
  std::size_t at = 0;
  const auto value_of = [&](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) throw SettingsError(from + ": the variable " + name + " is not set");
    return std::string(value);
  };
  if (text == "~" || text.starts_with("~/")) {
    made = value_of("HOME");
    at = 1;
  }
  while (at < text.size()) {
    const std::size_t dollar = text.find('$', at);
    made += text.substr(at, dollar - at);
    if (dollar == std::string::npos) break;
    const bool braced = text.compare(dollar, 2, "${") == 0;
    const std::size_t begin = dollar + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && part_of_name(text[end])) ++end;
    if (end == begin || (braced && (end == text.size() || text[end] != '}'))) {
      made += '$';
      at = dollar + 1;
      continue;
    }
    made += value_of(text.substr(begin, end - begin));
    at = braced ? end + 1 : end;
  }
  return made;
}

}  // namespace farm
