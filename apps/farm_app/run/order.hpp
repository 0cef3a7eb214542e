#pragma once

#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// A text with holes for the number of the slot ({%}), which is known only where it runs: a part, a
/// hole, a part, and so on.
struct SlottedText {
  std::vector<std::string> parts;

  std::string with(int slot) const {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) text += std::to_string(slot);
      text += parts[i];
    }
    return text;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& parts;
  }
};

/// One command, as it travels to an engine.
struct Order {
  std::uint64_t seq = 0;  ///< counted from 1
  SlottedText command;
  bool has_input = false;
  std::string input;  ///< its standard input, if it has any; else that is /dev/null
  /// What is written before it starts: a path below its directory, and what the file holds.
  std::vector<std::pair<std::string, std::string>> files;
  /// For this command alone, beside those of the run.
  std::vector<std::pair<std::string, std::string>> environment;
  double timeout = 0;  ///< seconds; 0: none

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& seq& command& has_input& input& files& environment& timeout;
  }
};

}  // namespace app
