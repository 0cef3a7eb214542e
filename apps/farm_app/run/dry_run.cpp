#include "farm_app/run/dry_run.hpp"

#include <sstream>

namespace app {

namespace {

std::string commented(const std::string& name, const std::string& content) {
  std::string text = "# " + name + ":\n";
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) text += "#   " + line + "\n";
  return text;
}

}  // namespace

std::string dry_run_text(const Job& job) {
  std::string text;
  if (!job.tag.parts.empty()) text = job.tag.with(1) + "\t";
  text += job.command.with(1) + "\n";
  if (job.input) text += commented("standard input", *job.input);
  for (const auto& [path, content] : job.files) text += commented(path, content);
  return text;
}

}  // namespace app
