#include "farm_app/wordcount/read_split.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "farm_app/wordcount/words.hpp"

namespace app {

namespace {

// Fits into a second-level cache, where the words are then looked for.
constexpr std::size_t block_size = std::size_t{256} << 10U;

class File {
 public:
  explicit File(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail("cannot open '" + path_ + "': " + std::strerror(errno));
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// Fills [begin, begin + size) from offset `at`.
  void read(char* begin, std::size_t size, std::uint64_t at) const {
    while (size > 0) {
      const ssize_t n = ::pread(descriptor_, begin, size, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail("cannot read '" + path_ + "': " + std::strerror(errno));
      if (n == 0) fail("'" + path_ + "' has become shorter since it was found");
      begin += n;
      at += static_cast<std::uint64_t>(n);
      size -= static_cast<std::size_t>(n);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& what) { throw std::runtime_error(what); }

  std::string path_;
  int descriptor_;
};

/// Where the first white space in [from, to) stands, or `to`.
std::uint64_t find_space(const File& file, std::uint64_t from, std::uint64_t to) {
  std::array<char, 4096> window;
  while (from < to) {
    const std::size_t size = std::min<std::uint64_t>(window.size(), to - from);
    file.read(window.data(), size, from);
    const char* const end = window.data() + size;
    const char* const space = std::find_if(window.data(), window.data() + size, &is_space);
    if (space != end) return from + static_cast<std::uint64_t>(space - window.data());
    from += size;
  }
  return to;
}

char* past_last_space(char* begin, char* end) {
  while (end != begin && !is_space(end[-1])) --end;
  return end;
}

}  // namespace

void read_split(const TextSplit& split, const std::function<void(char*, char*)>& take) {
  const File file(split.path);
  // White space just before a border means that a word begins at it: hence the - 1.
  std::uint64_t at = split.begin;
  if (at > 0) at = find_space(file, at - 1, split.end) + 1;
  if (at >= split.end) return;
  const std::uint64_t stop =
      split.end == split.size ? split.size : find_space(file, split.end - 1, split.size);

  std::vector<char> buffer(std::min<std::uint64_t>(block_size, stop - at));
  std::size_t kept = 0;  // bytes of a word whose end has not been read yet
  while (at < stop) {
    if (kept == buffer.size()) buffer.resize(2 * buffer.size());
    const std::size_t size = std::min<std::uint64_t>(buffer.size() - kept, stop - at);
    char* const begin = buffer.data();
    file.read(begin + kept, size, at);
    at += size;
    char* const end = begin + kept + size;
    char* const whole = at == stop ? end : past_last_space(begin, end);
    if (whole != begin) take(begin, whole);
    kept = static_cast<std::size_t>(end - whole);
    std::memmove(begin, whole, kept);
  }
}

}  // namespace app
