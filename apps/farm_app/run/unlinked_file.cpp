#include "farm_app/run/unlinked_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace app {

std::string temporary_folder() {
  const char* const named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/tmp" : named;
}

Descriptor open_unlinked_file(int flags) {
  const std::string folder = temporary_folder();
#ifdef O_TMPFILE
  Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600));
  if (file) return file;
#endif
  // Not every file system has files without names.
  std::string name = folder + "/farm-output.XXXXXX";
  Descriptor made(::mkostemp(name.data(), O_CLOEXEC | flags));
  if (made) ::unlink(name.c_str());
  return made;
}

bool write_at(int file, std::string_view text, std::uint64_t offset) {
  while (!text.empty()) {
    const auto written = ::pwrite(file, text.data(), text.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

void free_room([[maybe_unused]] int file, [[maybe_unused]] std::uint64_t offset,
               [[maybe_unused]] std::uint64_t length) {
#ifdef FALLOC_FL_PUNCH_HOLE
  [[maybe_unused]] const int result =
      ::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(length));
#endif
}

}  // namespace app
