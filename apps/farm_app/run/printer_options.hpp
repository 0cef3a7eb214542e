#pragma once

#include <cstddef>
#include <cstdint>

namespace app {

/// How the output of commands is printed.
struct PrinterOptions {
  enum class Mode : std::uint8_t {
    group,    ///< when a command has ended: its standard output, then its standard error
    lines,    ///< whole lines as they come
    ungroup,  ///< everything as it comes, without tags
  };

  Mode mode = Mode::group;
  bool keep_order = false;  ///< in the order of the calls of expect(), and only the first of them
                            ///< as its output comes
  bool tag = false;         ///< each line begins with the tag of its command and a tab
  int out = 1;              ///< file descriptors, which stay the caller's
  int err = 2;
  /// Bytes of a command, and of all, that are held in memory; more waits in a temporary file.
  std::size_t most_each = std::size_t{1} << 20;
  std::size_t most_in_all = std::size_t{64} << 20;
};

}  // namespace app
