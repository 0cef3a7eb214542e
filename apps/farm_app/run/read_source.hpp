#pragma once
// From options and words to what is to be run.

#include <string>
#include <vector>

#include "farm_app/run/job_source.hpp"
#include "farm_app/run/option_words.hpp"

namespace app {

/// `behind`: the words behind the options. `may_be_empty`: that there are none is no mistake.
/// Throws UsageError.
JobSource read_source(const CommandLine& line, const OptionWords& words,
                      const std::vector<std::string>& behind, bool may_be_empty);

}  // namespace app
