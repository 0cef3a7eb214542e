#pragma once
// How the values of settings are read. Each function throws SettingsError, with the place that the
// value comes from and what was expected.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "farm/options.hpp"
#include "settings.hpp"

namespace farm::setting {

/// What a setting is set to, and where: "--farm-chunk", "FARM_CHUNK", "farm.ini: chunk".
struct Given {
  const std::string& text;
  const std::string& place;
};

/// A whole number of at least `least`.
std::int64_t count(const Given& given, std::int64_t least);
/// The same, at most `most`: what is larger counts as that.
int bounded_count(const Given& given, int least, int most);
CountOrAutomatic count_or_automatic(const Given& given, std::int64_t least);

Chunk chunk(const Given& given);

/// A whole number of seconds of at least one, as ns.
std::int64_t seconds(const Given& given);
/// Seconds or H:MM:SS of more than nothing, as ns.
std::int64_t duration(const Given& given);

/// Not empty; `what` it names.
const std::string& name_of(const char* what, const Given& given);

/// A list of labels with commas, added to others.
void add_labels(Labels& labels, const Given& given);

template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

/// One of these words.
template <class Value>
Value choice(const Given& given, const Choices<Value>& choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (name == given.text) return value;
    known += (known.empty() ? "" : ", ") + name;
  }
  throw SettingsError(given.place + " is one of " + known + ", not '" + given.text + "'");
}

bool yes_or_no(const Given& given);

}  // namespace farm::setting
