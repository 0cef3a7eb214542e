#pragma once

#include <map>
#include <string>

#include "farm/engine_info.hpp"

namespace farm::hub {

/// Engines that are gone, and why.
class Gone {
 public:
  void add(const EngineInfo& engine, const std::string& why) {
    engines_.emplace(engine.id, Entry{engine.host, why});
  }
  bool empty() const { return engines_.empty(); }
  bool has(EngineId engine) const { return engines_.count(engine) != 0; }
  /// "engine 3 (node04) is gone: its process has ended".
  std::string text(EngineId engine) const;
  /// The same of all of them, shortened.
  std::string text() const;
  /// "engine 3 (node04): its process has ended".
  std::string cause(EngineId engine) const;

 private:
  struct Entry {
    std::string host;
    std::string why;
  };

  std::map<EngineId, Entry> engines_;
};

}  // namespace farm::hub
