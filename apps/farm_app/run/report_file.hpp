#pragma once

#include <string>

#include "farm_app/picture/output_file.hpp"
#include "farm_app/run/ending.hpp"

namespace app {

/// --report: one row per command with all that is known of how it ended, in a file that is there
/// whole or not at all: CSV (RFC 4180), or with a name that ends in .json an array of objects.
/// Failures are std::runtime_errors with the path.
class ReportFile {
 public:
  explicit ReportFile(const std::string& path);

  void add(const Ending& ending);
  /// Nothing may be added from then on.
  void commit();

 private:
  void write(const std::string& text);

  OutputFile file_;
  std::string path_;
  bool json_;
  bool first_ = true;
};

/// "ended", "timed out", "out of memory", "stopped", "not started".
const char* cause_name(Cause cause);

/// `text` as a JSON string, in quotation marks; bytes that are no UTF-8 become U+FFFD.
std::string json_string(const std::string& text);

}  // namespace app
