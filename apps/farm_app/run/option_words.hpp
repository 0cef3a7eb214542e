#pragma once
// The options of farm_app run as they were written.

#include <string>
#include <vector>

#include "farm_app/command_line.hpp"

namespace app {

struct OptionWords {
  std::string file, colsep, header, sample, method = "lhs", seed = "1";
  std::vector<std::string> arg_files, ranges, templates;

  std::string directory, own_directory, shell, retries = "1", nice = "0", delay = "0";
  std::vector<std::string> environment;

  std::string timeout, grace = "2", memory, memory_free, cores = "1", gpus, outstanding = "0";
  std::vector<std::string> needs;

  std::string tagstring, results, results_style = "files", report;

  std::string joblog, halt = "never", drain = "30";
};

/// Declares the options of farm_app run, in sections, and what --help says around them.
void declare_run_options(CommandLine& line, OptionWords& words);

/// Other spellings that GNU parallel has, as ours: "--lb" becomes "--line-buffer". Throws
/// UsageError for an option of GNU parallel that is not here, with what to do instead.
std::string option_spelling(const std::string& word);

}  // namespace app
