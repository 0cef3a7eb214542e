#pragma once

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "process/sandbox.hpp"
#include "process/sandbox_child.hpp"

namespace unit {

inline bool alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return (file >> number >> name >> state) && state != "Z" && state != "X";
}
/// Where a kernel leaves what it cannot return.
inline std::string sandbox_note() {
  // Of this run of the tests, and known before anything is forked: others may run beside it.
  static const std::string number = std::to_string(getpid());
  return (std::filesystem::temp_directory_path() / ("farm_sandbox_note." + number)).string();
}

/// A sandbox whose requests and answers are text; `answer` runs in it.
class SandboxBed {
 public:
  using Answer = std::function<std::string(farm::process::SandboxChild&, const std::string&)>;

  explicit SandboxBed(Answer answer) : sandbox_(server_) {
    server_.child_runs([answer](farm::process::SandboxChild& child) {
      for (;;) {
        const std::span<const std::byte> bytes = child.next();
        const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const std::string said = answer(child, text);
        child.write(said.data(), said.size());
        child.publish();
      }
    });
    server_.fork_apart();
  }

  farm::process::Sandbox& sandbox() { return sandbox_; }

  /// Hands a request over.
  void begin(const std::string& text) {
    do {
      starts_ += sandbox_.ready() ? 1 : 0;
      std::ranges::copy(std::as_bytes(std::span(text)), sandbox_.request(text.size()).begin());
    } while (!sandbox_.begin(text.size()));
  }
  /// The whole answer; or how the child ended.
  std::string ask(const std::string& text) {
    begin(text);
    return answer();
  }
  std::string answer() {
    while (!sandbox_.await(10'000'000)) {
    }
    return sandbox_.died() ? sandbox_.ending() : text();
  }
  /// What is there of it.
  std::string text() {
    const std::span<const std::byte> bytes = sandbox_.answer();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// Children that were started.
  int starts() const { return starts_; }

 private:
  farm::process::ForkServer server_;
  farm::process::Sandbox sandbox_;
  int starts_ = 0;
};

}  // namespace unit
