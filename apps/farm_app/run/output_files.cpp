#include "farm_app/run/output_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

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

std::uint64_t size_of(const Descriptor& file) {
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

OutputFiles temporary_outputs() { return {temporary_file(), temporary_file()}; }

OutputSizes sizes_of(const OutputFiles& files) { return {size_of(files.out), size_of(files.err)}; }

bool empty(const OutputFiles& files, const OutputSizes& sizes) {
  return (sizes.out == 0 || ftruncate(files.out.get(), 0) == 0) &&
         (sizes.err == 0 || ftruncate(files.err.get(), 0) == 0);
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

Descriptor input_file(const std::string& text) {
  Descriptor file = temporary_file();
  if (!write_text(file.get(), text) || lseek(file.get(), 0, SEEK_SET) != 0) {
    fail("the standard input of a command");
  }
  return file;
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
