#include "farm_app/run/shell.hpp"

#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

std::string from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

// Directives stand at the top of a file: those that come later are for commands that come later.
bool has_directives(const std::string& file) {
  if (!std::filesystem::is_regular_file(file)) return false;
  std::string top(1U << 16U, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(top.data(), static_cast<std::streamsize>(top.size()));
  top.resize(static_cast<std::size_t>(stream.gcount()));
  return top.rfind("#DISBATCH ", 0) == 0 || top.find("\n#DISBATCH ") != std::string::npos;
}

}  // namespace

std::string default_shell(const std::string& task_file) {
  std::string wanted = from_environment("PARALLEL_SHELL");
  if (!wanted.empty()) return wanted;
  if (!task_file.empty() && has_directives(task_file)) return "/bin/bash";
  std::string shell = from_environment("SHELL");
  const std::string name = shell.substr(shell.rfind('/') + 1);
  for (const char* known : {"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"}) {
    if (name == known) return shell;
  }
  return "/bin/sh";
}

std::pair<std::string, std::string> variable(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto is_name = [](const std::string& word) {
    if (word.empty() || std::isdigit(static_cast<unsigned char>(word.front())) != 0) return false;
    for (const char c : word) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
    }
    return true;
  };
  if (!is_name(name)) {
    throw UsageError("--env " + text + ": expected the name of a variable, or NAME=VALUE");
  }
  if (equals != std::string::npos) return {name, text.substr(equals + 1)};
  if (std::getenv(name.c_str()) == nullptr) {  // NOLINT(concurrency-mt-unsafe)
    throw UsageError("--env " + name + ": there is no such variable here");
  }
  return {name, from_environment(name)};
}

}  // namespace app
