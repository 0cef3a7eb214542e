#pragma once
// The words of farm_app run behind its options: a command and its inputs, or a task file.

#include <string>
#include <vector>

#include "farm_app/run/job_source.hpp"

namespace app {

/// A command, and the sources that ::: :::+ :::: and ::::+ begin.
struct RunArguments {
  std::vector<std::string> command;
  std::vector<InputSource> inputs;
};

RunArguments parse_arguments(const std::vector<std::string>& words);

}  // namespace app
