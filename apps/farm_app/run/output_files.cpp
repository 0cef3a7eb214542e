#include "farm_app/run/output_files.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <sstream>
#include <system_error>
#include <utility>

#include "farm_app/run/unlinked_file.hpp"

namespace app {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Descriptor open_file(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0666));
  if (!file) fail(path);
  return file;
}

// Whoever has it open goes on at its end, also after empty().
Descriptor temporary_file() {
  Descriptor file = open_unlinked_file(O_APPEND);
  if (!file) fail("no temporary file in " + temporary_folder());
  return file;
}

// What is added to the end of a file; it is taken back unless it is kept.
class Addition {
 public:
  explicit Addition(std::string path)
      : path_(std::move(path)),
        file_(open_file(path_, O_WRONLY)),
        begin_(lseek(file_.get(), 0, SEEK_END)) {
    if (begin_ < 0) fail(path_);
  }
  ~Addition() {
    if (!kept_) (void)!ftruncate(file_.get(), begin_);
  }
  Addition(const Addition&) = delete;
  Addition& operator=(const Addition&) = delete;

  // What is there now: somebody may still be writing.
  void add(const Descriptor& file) {
    for (auto left = size_of(file); left > 0;) {
      const ssize_t n = sendfile(file_.get(), file.get(), &size_, left);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path_);
      if (n == 0) break;
      left -= static_cast<std::uint64_t>(n);
    }
  }
  void add(const std::string& text) {
    if (!write_text(file_.get(), text)) fail(path_);
  }
  void keep() { kept_ = true; }
  off_t begin() const { return begin_; }
  off_t size() const { return size_; }

 private:
  std::string path_;
  Descriptor file_;
  off_t begin_;
  off_t size_ = 0;  // of what comes from files
  bool kept_ = false;
};

}  // namespace

OutputFiles temporary_outputs() { return {temporary_file(), temporary_file()}; }

bool empty(const OutputFiles& files) {
  for (const Descriptor* file : {&files.out, &files.err}) {
    if (size_of(*file) != 0 && ftruncate(file->get(), 0) != 0) return false;
  }
  return true;
}

OutputFiles result_outputs(const std::string& folder, std::uint64_t seq) {
  const std::string mine = folder + '/' + std::to_string(seq);
  if (mkdir(mine.c_str(), 0777) != 0) std::filesystem::create_directories(mine);
  if (!write_text(open_file(mine + "/seq", O_WRONLY | O_TRUNC).get(), std::to_string(seq))) {
    fail(mine + "/seq");
  }
  constexpr int flags = O_RDWR | O_TRUNC | O_APPEND;
  return {open_file(mine + "/stdout", flags), open_file(mine + "/stderr", flags)};
}

void append_results(const std::string& folder, const ResultEntry& entry, const OutputFiles& files) {
  std::filesystem::create_directories(folder);
  const std::string mine = folder + "/engine." + std::to_string(entry.engine);
  Addition out(mine + ".out");
  Addition err(mine + ".err");
  Addition index(mine + ".index");
  out.add(files.out);
  err.add(files.err);
  std::ostringstream line;
  if (index.begin() == 0) line << "Seq\tAttempt\tOut\tOutBytes\tErr\tErrBytes\n";
  line << entry.seq << '\t' << entry.attempt << '\t' << out.begin() << '\t' << out.size() << '\t'
       << err.begin() << '\t' << err.size() << '\n';
  index.add(line.str());
  for (Addition* part : {&out, &err, &index}) part->keep();
}

Descriptor input_file(const std::string& text) {
  Descriptor file = temporary_file();
  if (!write_text(file.get(), text) || lseek(file.get(), 0, SEEK_SET) != 0) {
    fail("the standard input of a command");
  }
  return file;
}

std::uint64_t size_of(const Descriptor& file) {
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

bool write_text(int file, const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t n = write(file, text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    at += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace app
