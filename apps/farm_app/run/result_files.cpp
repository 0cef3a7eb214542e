#include "farm_app/run/result_files.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace app {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace

// What is added to the end of a file; it is taken back unless it is kept.
class ResultFiles::Addition {
 public:
  explicit Addition(const File& to) : to_(&to), begin_(lseek(to.descriptor.get(), 0, SEEK_END)) {
    if (begin_ < 0) fail(to.path);
  }
  ~Addition() {
    if (!kept_ && size_ > 0) (void)!ftruncate(to_->descriptor.get(), begin_);
  }
  Addition(const Addition&) = delete;
  Addition& operator=(const Addition&) = delete;

  void add(const Descriptor& file, std::uint64_t size) {
    off_t at = 0;
    while (size > 0) {
      const ssize_t n = sendfile(to_->descriptor.get(), file.get(), &at, size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(to_->path);
      if (n == 0) break;
      size_ += n;
      size -= static_cast<std::uint64_t>(n);
    }
  }
  void add(const std::string& text) {
    size_ += static_cast<off_t>(text.size());
    if (!write_text(to_->descriptor.get(), text)) fail(to_->path);
  }
  // A file system of many hosts may take it, or say that it cannot, no sooner than at a close(2):
  // that of any descriptor.
  void hand_over() const {
    if (size_ == 0) return;
    const int other = fcntl(to_->descriptor.get(), F_DUPFD_CLOEXEC, 0);
    if (other < 0 || close(other) != 0) fail(to_->path);
  }
  void keep() { kept_ = true; }
  off_t begin() const { return begin_; }
  off_t size() const { return size_; }

 private:
  const File* to_;
  off_t begin_;
  off_t size_ = 0;
  bool kept_ = false;
};

ResultFiles::ResultFiles(std::string folder, int engine) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  const std::string mine = folder_ + "/engine." + std::to_string(engine);
  const auto opened = [](std::string path) {
    Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    if (!file) fail(path);
    return File{std::move(path), std::move(file)};
  };
  out_ = opened(mine + ".out");
  err_ = opened(mine + ".err");
  index_ = opened(mine + ".index");
}

bool ResultFiles::removed() const {
  for (const File* file : {&out_, &err_, &index_}) {
    struct stat status = {};
    if (fstat(file->descriptor.get(), &status) != 0 || status.st_nlink == 0) return true;
  }
  return false;
}

void ResultFiles::add(std::uint64_t seq, int attempt, const OutputFiles& files,
                      const OutputSizes& sizes) {
  Addition out(out_);
  Addition err(err_);
  Addition index(index_);
  out.add(files.out, sizes.out);
  err.add(files.err, sizes.err);
  out.hand_over();
  err.hand_over();
  std::string line = index.begin() == 0 ? "Seq\tAttempt\tOut\tOutBytes\tErr\tErrBytes\n" : "";
  line += std::to_string(seq);
  for (const std::int64_t number :
       {std::int64_t{attempt}, std::int64_t{out.begin()}, std::int64_t{out.size()},
        std::int64_t{err.begin()}, std::int64_t{err.size()}}) {
    line += '\t';
    line += std::to_string(number);
  }
  line += '\n';
  index.add(line);
  index.hand_over();
  for (Addition* part : {&out, &err, &index}) part->keep();
}

}  // namespace app
