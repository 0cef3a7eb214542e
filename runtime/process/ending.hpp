#pragma once

#include <string>

namespace farm::process {

/// How a process ended, from what waitpid says of it: "SIGSEGV (segmentation fault)", "exit(3)", or
/// "SIGKILL, out of memory?".
std::string describe_ending(int status);

}  // namespace farm::process
