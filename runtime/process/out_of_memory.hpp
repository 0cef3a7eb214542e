#pragma once

#include <cstdint>

namespace farm::process {

/// Processes that the system has killed for want of memory so far: on this host, and in the control
/// group of this process. 0 where it does not say.
std::uint64_t out_of_memory_kills();

/// Whether a process may have been killed for want of memory, from its start on.
class OutOfMemoryWatch {
 public:
  /// Made when the process starts.
  OutOfMemoryWatch() : before_(out_of_memory_kills()) {}
  /// What waitpid says of the process, marked for describe_ending() if it was ended by SIGKILL and
  /// the system has killed for want of memory meanwhile.
  int judge(int status) const;

 private:
  std::uint64_t before_;
};

}  // namespace farm::process
