#pragma once

#include <filesystem>
#include <string>

namespace farm_test {

/// Holds kernels until the driver lets them go, so that a test needs no sleeps: a file that is not
/// there yet. The ranks of these tests share a machine.
class Gate {
 public:
  Gate();
  /// Opens it and waits for the farm to be idle.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  const std::string& path() const { return path_; }
  void open() const;

 private:
  std::string path_;
};

/// A kernel: returns `value` once the gate is open; throws after half a minute.
int hold(const std::string& gate, int value);

/// The same where the gate is not empty.
int hold_if(const std::string& gate, int value);

}  // namespace farm_test
