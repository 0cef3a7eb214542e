#pragma once

#include <string>

namespace farm::records {

/// Says that this process writes a file: a lock on FILE.lock, in which stands who holds it. The
/// system lets it go when the process ends, however it ends.
class FileLock {
 public:
  /// `holder` is what others are told. Throws JournalError if somebody else holds it, and says who.
  FileLock(const std::string& file, const std::string& holder);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// False where the file system knows no locks: nobody is kept out then.
  bool held() const { return held_; }

 private:
  std::string path_;
  int file_ = -1;
  bool held_ = true;
};

/// Whether the file lies on a file system that several hosts share, where SQLite's write-ahead log
/// cannot be used.
bool on_network(const std::string& file);

}  // namespace farm::records
