#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <farm/farm.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "farm_app/run/keeper.hpp"
#include "farm_app/run/kernel_execute.hpp"

namespace run_test {

/// An engine that is alone, with a keeper of its own.
class Bed {
 public:
  explicit Bed(int attempt = 1) {
    app::start_keeper();
    here.print_through([this](farm::Stream stream, std::string_view text) {
      ++pieces;
      if (keeps) (stream == farm::Stream::out ? out : err) += text;
    });
    here.begin_chunk(attempt, 0, nullptr);
  }

  app::Ending run(app::Order order) {
    out.clear();
    err.clear();
    order.seq = ++seq_;
    here.begin(farm::TaskId{seq_});
    return run_kernels::execute(here, terms, order);
  }
  app::Ending run(const std::string& command) {
    app::Order order;
    order.command.parts = {command};
    return run(order);
  }

  farm::Engine here{3, "host", 1, 0};  // the only one, so that it does not end itself
  app::Terms terms;
  std::string out;
  std::string err;
  int pieces = 0;
  bool keeps = true;

 private:
  std::uint64_t seq_ = 0;
};

/// A folder for a test's files, removed in the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "farm-run-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string text(const std::string& name) const {
    std::ifstream file(path / name, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }

  std::filesystem::path path;
};

/// False after ten seconds.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// A zombie that nobody has reaped is no process any more.
inline bool lives(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  return !text.empty() && text.find(") Z ") == std::string::npos;
}

}  // namespace run_test
