#include "farm_app/run/joblog_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "farm_app/run/joblog.hpp"

namespace app {

namespace {

bool begins_with_header(int file) {
  std::string begin(joblog_header.size() + 1, ' ');
  const auto size = ::pread(file, begin.data(), begin.size(), 0);
  if (size < 0) return false;
  begin.resize(static_cast<std::size_t>(size));
  // A torn header is one too.
  return (std::string(joblog_header) + '\n').starts_with(begin);
}

// Where the last whole line ends.
off_t end_of_lines(int file, off_t size) {
  std::array<char, 65536> block{};
  while (size > 0) {
    const off_t from = std::max<off_t>(0, size - static_cast<off_t>(block.size()));
    const auto got = ::pread(file, block.data(), static_cast<std::size_t>(size - from), from);
    if (got <= 0) return size;
    const std::string_view text(block.data(), static_cast<std::size_t>(got));
    const std::size_t end = text.rfind('\n');
    if (end != std::string_view::npos) return from + static_cast<off_t>(end) + 1;
    size = from;
  }
  return 0;
}

}  // namespace

JoblogFile::JoblogFile(const std::string& path, Start start) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0 && (errno == EACCES || errno == ENXIO)) {  // a device, a pipe
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  if (descriptor_ < 0) fail("cannot be written to");
  try {
    prepare(start);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

void JoblogFile::prepare(Start start) {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail("cannot be looked at");
  off_t size = 0;
  if (S_ISREG(status.st_mode)) {
    // Not every file system of a cluster has locks; where there are none, nobody is kept out.
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw std::runtime_error("'" + path_ + "' is being written to by another run");
    }
    if (!begins_with_header(descriptor_)) {
      throw std::runtime_error("'" + path_ + "' is no log of commands and stays as it is");
    }
    size = start == Start::anew ? 0 : end_of_lines(descriptor_, status.st_size);
    if (size != status.st_size && ::ftruncate(descriptor_, size) != 0) fail("cannot be cut");
  }
  if (size == 0) write(std::string(joblog_header) + '\n');
}

JoblogFile::~JoblogFile() { ::close(descriptor_); }

void JoblogFile::add(const Ending& ending) { write(joblog_line(ending)); }

void JoblogFile::write(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written to");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void JoblogFile::fail(const std::string& what) const {
  throw std::runtime_error("the log '" + path_ + "' " + what + ": " + std::strerror(errno));
}

}  // namespace app
