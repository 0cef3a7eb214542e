#pragma once

#include <cstdint>
#include <string>

#include "farm_app/run/descriptor.hpp"
#include "farm_app/run/ending.hpp"

namespace app {

/// --report: one row per command with all that is known of how it ended: CSV (RFC 4180), or with a
/// name that ends in .json an array of objects. A regular file is whole after each row, however the
/// job ends: each is one write(2). Failures are std::runtime_errors with the path.
class ReportFile {
 public:
  /// What was in the file is gone.
  explicit ReportFile(const std::string& path);

  void add(const Ending& ending);
  /// Nothing may be added from then on.
  void commit();

 private:
  void append(const std::string& text);
  bool write(const std::string& text);
  [[noreturn]] void fail() const;

  std::string path_;
  bool json_;
  Descriptor file_;
  bool regular_ = false;
  std::int64_t end_ = 0;  // of a regular file, but for what closes the array
  bool first_ = true;
};

/// "ended", "timed out", "out of memory", "stopped", "not started",
/// "output not saved".
const char* cause_name(Cause cause);

/// `text` as a JSON string, in quotation marks; bytes that are no UTF-8 become U+FFFD.
std::string json_string(const std::string& text);

}  // namespace app
