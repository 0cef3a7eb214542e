#pragma once

#include <string>

namespace farm::process {

/// A mark in what waitpid says, above what it uses: see OutOfMemoryWatch.
inline constexpr int out_of_memory = 1 << 24;

/// How a process ended, from what waitpid says of it: "SIGSEGV (segmentation fault)", "exit(3)",
/// "SIGKILL (killed)", or, if that is marked, "SIGKILL, out of memory?".
std::string describe_ending(int status);

}  // namespace farm::process
