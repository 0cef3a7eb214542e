#pragma once

#include <string>
#include <vector>

#include "setting_values.hpp"
#include "settings.hpp"

namespace farm {

/// Something that a user can set: an option, a variable and a key of settings files.
struct Setting {
  std::string name;   ///< of the option, without its dashes
  std::string value;  ///< a word for what it takes; empty: it takes nothing
  std::string help;
  /// Throws SettingsError. Null: it says where other settings are.
  void (*set)(Settings& settings, const setting::Given& given);
};

/// All there are, in the order of --farm-help.
const std::vector<Setting>& setting_table();

/// Null if there is none of that name.
const Setting* find_setting(const std::string& name);

}  // namespace farm
