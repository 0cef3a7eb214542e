#pragma once

#include <string>
#include <utility>
#include <vector>

namespace farm {

/// Names of options, such as farm-chunk, and what they are set to, in order.
using Found = std::vector<std::pair<std::string, std::string>>;

/// A file of settings: its plain lines, and its sections, which are profiles.
struct SettingsFile {
  std::string path;
  /// Keys as they stand there, without the farm-; those of a section begin with its name and a dot.
  Found lines;

  /// What stands above all sections.
  Found plain() const;
  /// The section; empty if there is none.
  Found section(const std::string& name) const;
  std::vector<std::string> sections() const;
};

/// Empty if there is no such file. Throws SettingsError.
SettingsFile read_settings_file(const std::string& path, bool must_exist);

/// A profile by its name: a section of the settings file, or else a file NAME.ini in one of the
/// folders of profiles: its plain lines and its section NAME. One that has only other sections is
/// an error.
struct Profile {
  std::string place;  ///< for errors
  Found lines;
};

/// Throws SettingsError, which lists the profiles that there are, if this one is not.
Profile find_profile(const std::string& name, const SettingsFile& file);

/// Where profiles lie, the first that has one counts: FARM_PROFILES (a list with colons), or else
/// ~/.config/farm (XDG_CONFIG_HOME), /etc/farm.
std::vector<std::string> profile_folders();

/// The text with ~ at its beginning, $NAME and ${NAME} replaced. Throws SettingsError, which begins
/// with `from`, for a variable that is not set.
std::string expanded(const std::string& from, const std::string& text);

}  // namespace farm
