#pragma once

#include <string>

namespace farm::process {

/// How a process ended by its wait status: "exit(3)", "SIGSEGV (Segmentation fault)".
std::string describe_ending(int wait_status);

}  // namespace farm::process
