#include "hub/gone.hpp"

namespace farm::hub {

namespace {

constexpr std::size_t most_named = 8;

}  // namespace

std::string Gone::text(EngineId engine) const {
  const Entry& entry = engines_.at(engine);
  return "engine " + std::to_string(engine.rank()) + " (" + entry.host + ") is gone: " + entry.why;
}

std::string Gone::text() const {
  if (engines_.size() == 1) return text(engines_.begin()->first);
  std::string text = "these engines are gone: ";
  std::size_t named = 0;
  for (const auto& [engine, entry] : engines_) {
    if (named == most_named) {
      return text + " and " + std::to_string(engines_.size() - named) + " more";
    }
    if (named++ != 0) text += "; ";
    text += cause(engine);
  }
  return text;
}

std::string Gone::cause(EngineId engine) const {
  const Entry& entry = engines_.at(engine);
  return "engine " + std::to_string(engine.rank()) + " (" + entry.host + "): " + entry.why;
}

}  // namespace farm::hub
