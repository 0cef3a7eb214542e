#include "farm_app/picture/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace app {

namespace fs = std::filesystem;

namespace {

// Follows links: a rename would replace the link and leave its target as it was.
std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  return error ? path : target.string();
}

bool is_special(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

}  // namespace

void check_writable(const std::string& path) { const OutputFile probe(path); }

OutputFile::OutputFile(const std::string& path) : path_(resolved(path)), written_(path_) {
  const bool special = is_special(path_);
  if (!special) {
    if (::access(path_.c_str(), F_OK) == 0 && ::access(path_.c_str(), W_OK) != 0) fail("write");
    written_ += '.' + std::to_string(::getpid()) + ".partial";
  }
  const int flags = O_WRONLY | O_CLOEXEC | (special ? 0 : O_CREAT | O_TRUNC);
  const int descriptor = ::open(written_.c_str(), flags, 0666);
  if (descriptor < 0) fail("write");
  stream_ = ::fdopen(descriptor, "wb");
  if (stream_ == nullptr) {
    ::close(descriptor);
    fail("write");
  }
}

OutputFile::~OutputFile() {
  if (stream_ != nullptr) std::fclose(stream_);
  if (written_ != path_) ::unlink(written_.c_str());
}

void OutputFile::commit() {
  // fclose is where a full disk may first be heard of.
  const bool whole = std::fflush(stream_) == 0 && std::ferror(stream_) == 0;
  if (std::fclose(std::exchange(stream_, nullptr)) != 0 || !whole) fail("finish");
  if (written_ == path_) return;
  if (std::rename(written_.c_str(), path_.c_str()) != 0) fail("rename");
  written_ = path_;
}

void OutputFile::fail(const std::string& what) const {
  throw std::runtime_error("cannot " + what + " '" + path_ + "': " + std::strerror(errno));
}

}  // namespace app
