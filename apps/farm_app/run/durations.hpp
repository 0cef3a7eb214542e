#pragma once
// Times on a command line.

#include <string>

namespace app {

/// Seconds: "1.5", "90s", "5m", "2h", "1d". Not negative. Throws UsageError.
double parse_duration(const std::string& option, const std::string& text);

}  // namespace app
