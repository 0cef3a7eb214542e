#include "records/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "farm/records.hpp"

namespace farm::records {

namespace {

std::string text_of(int file) {
  std::array<char, 256> text{};
  const ssize_t size = pread(file, text.data(), text.size() - 1, 0);
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// Whether the open file is still the one of that name: who held the lock before may have removed
// it.
bool still_named(int file, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return fstat(file, &open) == 0 && stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

FileLock::FileLock(const std::string& file, const std::string& holder) : path_(file + ".lock") {
  for (;;) {
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) {
      throw JournalError("the journal " + file + " cannot be written: " + path_ + ": " +
                         std::strerror(errno));
    }
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      const int why = errno;
      const std::string by = text_of(file_);
      if (why == EWOULDBLOCK) {
        close(file_);
        throw JournalError("the journal " + file + " is being written by " +
                           (by.empty() ? "another process" : by) +
                           ": wait for its end, or name another file");
      }
      held_ = false;
    }
    if (!held_ || still_named(file_, path_)) break;
    close(file_);
  }
  // A disk that is full leaves the name of the holder out, and keeps others out all the same.
  if (ftruncate(file_, 0) == 0) {
    [[maybe_unused]] const auto written = pwrite(file_, holder.data(), holder.size(), 0);
  }
}

FileLock::~FileLock() {
  if (held_) unlink(path_.c_str());
  close(file_);
}

bool on_network(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : file.substr(0, slash + 1);
  struct statfs found {};
  if (statfs(folder.c_str(), &found) != 0) return false;
  // NFS, SMB, CIFS, SMB2, Lustre, GPFS, BeeGFS, Ceph, 9P, AFS, PanFS, OrangeFS, GFS2, OCFS2.
  constexpr std::array<std::uint32_t, 14> shared{
      0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x0BD00BD0, 0x47504653, 0x19830326,
      0x00C36400, 0x01021997, 0x5346414F, 0xAAD7AAEA, 0x20030528, 0x01161970, 0x7461636F};
  for (const std::uint32_t type : shared) {
    if (static_cast<std::uint32_t>(found.f_type) == type) return true;
  }
  return false;
}

}  // namespace farm::records
