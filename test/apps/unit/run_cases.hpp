#pragma once
// What the tests of farm_app run share.

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "farm_app/run/jobs.hpp"

namespace run_cases {

using Words = std::vector<std::string>;

/// A folder for one test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "farm_run.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline app::RunSettings settings_of(const Words& words) {
  auto settings = app::read_run_settings(words);
  if (!settings) throw std::runtime_error("there was --help");
  return *settings;
}

/// All steps up to the end.
inline std::vector<app::Next> steps_of(const Words& words) {
  app::Jobs jobs(settings_of(words));
  std::vector<app::Next> steps;
  for (;;) {
    app::Next next = jobs.next(10);
    if (next.kind == app::Next::Kind::end) return steps;
    steps.push_back(std::move(next));
  }
}

/// The commands, as slot 1 would run them.
inline Words commands_of(const Words& words) {
  Words commands;
  for (const app::Next& next : steps_of(words)) commands.push_back(next.job.command.with(1));
  return commands;
}

}  // namespace run_cases
