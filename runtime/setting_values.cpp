#include "setting_values.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "client/labels.hpp"
#include "time_limit.hpp"

namespace farm::setting {

std::int64_t count(const Given& given, std::int64_t least) {
  try {
    std::size_t end = 0;
    const std::int64_t value = std::stoll(given.text, &end);
    if (end == given.text.size() && value >= least) return value;
  } catch (const std::logic_error&) {
    // Said below.
  }
  throw SettingsError(given.place + " is a whole number of at least " + std::to_string(least) +
                      ", not '" + given.text + "'");
}

int bounded_count(const Given& given, int least, int most) {
  return static_cast<int>(std::min<std::int64_t>(count(given, least), most));
}

CountOrAutomatic count_or_automatic(const Given& given, std::int64_t least) {
  if (given.text == "auto") return automatic;
  try {
    return count(given, least);
  } catch (const SettingsError&) {
    throw SettingsError(given.place + " is 'auto' or a whole number of at least " +
                        std::to_string(least) + ", not '" + given.text + "'");
  }
}

Chunk chunk(const Given& given) {
  if (const std::optional<Chunk> named = chunk_named(given.text)) return *named;
  throw SettingsError(given.place + " is one of " + chunk_names() +
                      " or a whole number of at least 1, not '" + given.text + "'");
}

std::int64_t seconds(const Given& given) {
  constexpr std::int64_t most = 1'000'000'000;  // within the range of what is counted in ns
  return std::min(count(given, 1), most) * 1'000'000'000;
}

std::int64_t duration(const Given& given) {
  const std::optional<std::int64_t> ns = read_duration(given.text);
  if (ns && *ns > 0) return *ns;
  throw SettingsError(given.place + " is a time such as 90 (seconds), 30:00 or 12:00:00, not '" +
                      given.text + "'");
}

const std::string& name_of(const char* what, const Given& given) {
  if (given.text.empty()) throw SettingsError(given.place + " names no " + what);
  return given.text;
}

void add_labels(Labels& labels, const Given& given) {
  std::istringstream words(given.text);
  for (std::string word; std::getline(words, word, ',');) {
    try {
      const Label label = read_label(word);
      labels[label.name] = label.amount;
    } catch (const std::invalid_argument& error) {
      throw SettingsError(given.place + ": " + error.what());
    }
  }
}

bool yes_or_no(const Given& given) { return choice<bool>(given, {{"yes", true}, {"no", false}}); }

}  // namespace farm::setting
