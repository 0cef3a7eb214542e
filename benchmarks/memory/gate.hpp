#pragma once
// A gate that holds engines back until rank 0 opens it: a file, because that is seen by a kernel
// that is running and can therefore not receive anything. For ranks that share a file system.

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

namespace bench {

class Gate {
 public:
  /// Closed. The file's name is new to this process.
  Gate()
      : file_(std::filesystem::temp_directory_path() / ("farm_gate_" + std::to_string(getpid()))) {
    std::filesystem::remove(file_);
  }
  ~Gate() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  std::string name() const { return file_.string(); }
  void open() const { std::ofstream{file_}; }

  /// Waits at the gate of that name until it opens. Gives up after a minute, so that a rank 0
  /// that died leaves nobody behind; returns whether it opened.
  static bool pass(const std::string& name) {
    for (int look = 0; look < 60'000; ++look) {
      if (std::filesystem::exists(name)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

 private:
  std::filesystem::path file_;
};

}  // namespace bench
