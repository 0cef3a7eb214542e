#pragma once
// The options of farm_app run, read and checked.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm_app/run/job_source.hpp"
#include "farm_app/run/resume_mode.hpp"
#include "farm_app/run/terms.hpp"
#include "farm_app/run/time_limit.hpp"

namespace app {

/// When and how the output of commands is printed.
enum class Grouping : std::uint8_t {
  group,  ///< that of one command in one piece when it has ended
  line,   ///< whole lines as they come
  none,   ///< pieces as they come
};

struct RunSettings {
  JobSource source;
  Terms terms;  ///< attempts, limits, directories, results: what each command is run with

  std::vector<std::string> needs;  ///< labels that engines must have (TaskOptions::needs)
  TimeLimit timeout;               ///< of each command
  double delay = 0;                ///< seconds between the starts of two commands
  double drain = 30;              ///< seconds that running commands get when the run is told to end
  std::uint64_t outstanding = 0;  ///< commands handed to the farm at a time; 0: the driver decides

  std::string joblog;  ///< empty: none
  ResumeMode resume = ResumeMode::none;
  bool force_resume = false;
  std::string halt = "never";  ///< never, or WHEN,WHY=NUMBER[%] (checked where it is obeyed)

  Grouping grouping = Grouping::group;
  bool keep_order = false;
  bool tag = false;       ///< lines of output begin with Job::tag; also set by --tagstring
  std::string tagstring;  ///< the template of Job::tag, without {%}; empty: the values
  std::string report;     ///< FILE.csv or FILE.json with a row for each command; empty: none

  bool bar = false;
  bool eta = false;
  bool progress = false;
  bool summary = true;  ///< on stderr, in the end
  bool dry_run = false;
};

/// Reads the words behind "run". Nothing after --help, which has then been printed. Throws
/// UsageError.
std::optional<RunSettings> read_run_settings(const std::vector<std::string>& words);

}  // namespace app
