#include "client/labels.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

#include "farm/error.hpp"

namespace farm {

namespace {

constexpr std::string_view units = "KMGT";

std::string text_of(const std::string& name, double amount) {
  if (amount == 1) return name;
  std::string unit;
  for (std::size_t i = 0; i < units.size() && amount >= 1024 && std::fmod(amount, 1024) == 0; ++i) {
    amount /= 1024;
    unit = units[i];
  }
  std::string number = std::to_string(amount);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return name + "=" + number + unit;
}

double read_amount(const std::string& text, std::string_view number) {
  double factor = 1;
  if (!number.empty()) {
    const auto unit = units.find(static_cast<char>(std::toupper(number.back())));
    if (unit != std::string_view::npos) {
      factor = std::pow(1024.0, static_cast<double>(unit + 1));
      number.remove_suffix(1);
    }
  }
  double amount = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), amount);
  if (error != std::errc() || end != number.data() + number.size() || !(amount >= 0) ||
      !std::isfinite(amount)) {
    throw std::invalid_argument(
        "the number of a label is 0 or more, with or without K, M, G or T: " +
        ("'" + text + "' has none"));
  }
  return amount * factor;
}

bool has(const EngineInfo& engine, const Label& label) {
  const auto found = engine.labels.find(label.name);
  return found != engine.labels.end() && found->second > 0 && found->second >= label.amount;
}

// What engines have, each kind once.
std::string offers(const std::vector<const EngineInfo*>& engines) {
  std::set<std::string> all;
  for (const EngineInfo* engine : engines) {
    for (const auto& [name, amount] : engine->labels) all.insert(text_of(name, amount));
  }
  if (all.empty()) return "no engine has a label (--farm-label gives them)";
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "they have " : ", ") + one;
  return text;
}

}  // namespace

Label read_label(const std::string& text) {
  const std::size_t equals = text.find('=');
  Label label{text.substr(0, equals), 1};
  const bool plain = std::ranges::all_of(label.name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == ':';
  });
  if (label.name.empty() || !plain) {
    throw std::invalid_argument(
        "a label is a NAME of letters, digits and _-.: or NAME=NUMBER, not '" + text + "'");
  }
  if (equals != std::string::npos) {
    label.amount = read_amount(text, std::string_view(text).substr(equals + 1));
  }
  return label;
}

std::vector<EngineId> engines_with(const std::vector<std::string>& needs,
                                   const std::vector<EngineInfo>& engines,
                                   const std::vector<EngineId>& among) {
  std::vector<Label> labels;
  std::string wanted;
  for (const std::string& need : needs) {
    labels.push_back(read_label(need));
    // Without a number any amount will do.
    if (need.find('=') == std::string::npos) labels.back().amount = 0;
    wanted += (wanted.empty() ? "" : " and ") + need;
  }
  std::vector<const EngineInfo*> asked;
  std::vector<EngineId> found;
  for (const EngineInfo& engine : engines) {
    if (!among.empty() && std::ranges::find(among, engine.id) == among.end()) continue;
    asked.push_back(&engine);
    const bool fits =
        std::ranges::all_of(labels, [&](const Label& label) { return has(engine, label); });
    if (fits) found.push_back(engine.id);
  }
  if (found.empty()) {
    throw NoEngines("none of the " + std::to_string(asked.size()) + " engines has " + wanted +
                    ": " + offers(asked));
  }
  return found;
}

}  // namespace farm
