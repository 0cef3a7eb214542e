#pragma once
// One line of a log of commands, in GNU parallel's format: tabs between nine columns.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "farm_app/run/ending.hpp"

namespace app {

/// The first line, without its end.
inline constexpr std::string_view joblog_header =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";

/// A line of the log, with its end. Milliseconds; Receive holds the bytes of standard output; a
/// command that was good but for its output, which could not be kept, that was killed at a limit,
/// stopped or not started for another reason than 126 and 127 has Exitval -1; line breaks in the
/// command become NUL, as GNU parallel writes them.
std::string joblog_line(const Ending& ending);

struct JoblogEntry {
  std::uint64_t seq = 0;
  int status = 0;
  int signal = 0;
  std::string_view command;  ///< as it is in the log, with NUL for line breaks; part of the line

  bool good() const { return status == 0 && signal == 0; }
};

/// Reads a line without its end; nothing if it is none of a log.
std::optional<JoblogEntry> parse_joblog_line(std::string_view line);

/// A command as the log has it, and back.
std::string to_joblog_text(std::string_view command);
std::string from_joblog_text(std::string_view text);

}  // namespace app
