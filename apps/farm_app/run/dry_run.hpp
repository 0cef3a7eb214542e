#pragma once
// What --dry-run prints.

#include <string>

#include "farm_app/run/jobs.hpp"

namespace app {

/// The command as slot 1 would run it and a line break, behind its tag and a tab if it has one, as
/// GNU parallel prints it. Below it, its standard input and its files, if they are rendered: a
/// comment with the name and the text, line by line in comments.
std::string dry_run_text(const Job& job);

}  // namespace app
