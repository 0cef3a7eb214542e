#pragma once
// A file that is there whole or not at all.

#include <cstdio>
#include <string>

namespace app {

/// Throws std::runtime_error, with the path and the reason, if a file cannot be made at `path`.
/// Leaves nothing behind. For a look before hours of work, not for a promise: disks fill up.
void check_writable(const std::string& path);

/// Collects a file under another name beside `path`; commit() gives it its own. Without commit()
/// the destructor removes it. What exists and is no regular file (/dev/null, a pipe) is written to
/// directly. Every failure is a std::runtime_error that names the path and the reason.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// To write to; it stays the OutputFile's.
  std::FILE* stream() const { return stream_; }

  /// Everything is on its way to the disk and the file has its name.
  void commit();

 private:
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  std::string written_;
  std::FILE* stream_ = nullptr;
};

}  // namespace app
