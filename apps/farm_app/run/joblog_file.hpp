#pragma once

#include <string>

#include "farm_app/run/ending.hpp"

namespace app {

/// The log of commands, line by line as they end. Each line is one write(2), so that a job that is
/// killed at any moment leaves whole lines. Not thread-safe.
///
/// Every failure is a std::runtime_error that names the file and the reason.
class JoblogFile {
 public:
  enum class Start : bool {
    anew,    ///< what was in the file is gone, as with GNU parallel without --resume
    append,  ///< behind what is there; a torn last line is cut off first
  };

  /// Writes the header if the file is new or empty. A file that begins with anything else than the
  /// header is refused, and so is one that another process is writing to.
  JoblogFile(const std::string& path, Start start);
  ~JoblogFile();
  JoblogFile(const JoblogFile&) = delete;
  JoblogFile& operator=(const JoblogFile&) = delete;

  void add(const Ending& ending);

 private:
  void prepare(Start start);
  void write(const std::string& text);
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace app
