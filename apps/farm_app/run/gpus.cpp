#include "farm_app/run/gpus.hpp"

#include <map>
#include <sstream>

namespace app {

namespace {

std::vector<std::string> items_of(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream text(list);
  for (std::string item; std::getline(text, item, ',');) items.push_back(item);
  return items;
}

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ',';
  list += item;
}

}  // namespace

std::vector<std::pair<int, std::string>> gpus_of(const std::vector<farm::EngineInfo>& engines,
                                                 const std::string& label) {
  std::vector<std::pair<int, std::string>> gpus;
  std::map<std::string, int> taken;  // by host
  for (const farm::EngineInfo& engine : engines) {
    const auto found = engine.labels.find(label);
    if (found == engine.labels.end()) continue;
    std::string list;
    for (int i = 0; i < static_cast<int>(found->second); ++i) {
      append(list, std::to_string(taken[engine.host]++));
    }
    gpus.emplace_back(engine.id.rank(), list);
  }
  return gpus;
}

std::string visible_gpus(const std::string& numbers, const char* visible) {
  if (visible == nullptr) return numbers;
  const std::vector<std::string> all = items_of(visible);
  std::string list;
  for (const std::string& number : items_of(numbers)) {
    const std::size_t at = std::stoul(number);
    if (at < all.size()) append(list, all[at]);
  }
  return list;
}

}  // namespace app
